/* Letters of ASCII without regard to case; all other bytes are themselves. No locale. */
#ifndef RH_BASE_ASCII_H
#define RH_BASE_ASCII_H

#include <stdbool.h>

static inline char rh_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline bool rh_ascii_same(const char *left, const char *right)
{
    while (*left && rh_ascii_lower(*left) == rh_ascii_lower(*right)) {
        left++;
        right++;
    }
    return rh_ascii_lower(*left) == rh_ascii_lower(*right);
}

#endif
