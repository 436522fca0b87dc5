#include "sim/base/nearest.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/ascii.h"

#define LONGEST 63
#define FAR SIZE_MAX

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t edits_allowed(size_t longer)
{
    size_t third = longer / 3;
    return third < 1 ? 1 : third > 4 ? 4 : third;
}

/* Edits from a to b, no part edited twice; neither is longer than LONGEST. */
static size_t edits(const char *a, size_t a_length, const char *b, size_t b_length)
{
    uint8_t rows[3][LONGEST + 1]; /* row i % 3: edits from a[0..i) to each beginning of b */
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a_length; i++) {
        uint8_t *row = rows[i % 3];
        const uint8_t *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (uint8_t)i;
        for (size_t j = 1; j <= b_length; j++) {
            char from = rh_ascii_lower(a[i - 1]), to = rh_ascii_lower(b[j - 1]);
            size_t best = least(above[j], row[j - 1]) + 1;
            best = least(best, above[j - 1] + (size_t)(from != to));
            if (i > 1 && j > 1 && from == rh_ascii_lower(b[j - 2]) &&
                rh_ascii_lower(a[i - 2]) == to)
                best = least(best, two_above[j - 2] + 1);
            row[j] = (uint8_t)best;
        }
    }
    return rows[a_length % 3][b_length];
}

rh_nearest rh_nearest_begin(const char *wanted)
{
    return (rh_nearest){.wanted = wanted, .distance = FAR};
}

void rh_nearest_offer(rh_nearest *nearest, const char *known)
{
    size_t wanted_length = strlen(nearest->wanted), known_length = strlen(known);
    size_t longer = wanted_length > known_length ? wanted_length : known_length;
    size_t distance = FAR;
    if (longer > LONGEST) {
        if (rh_ascii_same(nearest->wanted, known))
            distance = 0;
    } else {
        distance = edits(nearest->wanted, wanted_length, known, known_length);
        if (distance > edits_allowed(longer))
            distance = FAR;
    }
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->best = known;
    }
}

const char *rh_nearest_hint(const rh_nearest *nearest, char *buffer, size_t size)
{
    if (!size)
        return buffer;
    buffer[0] = '\0';
    if (!nearest->best)
        return buffer;
    int length = snprintf(buffer, size, "; did you mean '%s'?", nearest->best);
    if (length < 0 || (size_t)length >= size)
        buffer[0] = '\0'; /* half a hint helps nobody */
    return buffer;
}
