#include "sim/base/lines.h"

void rh_lines_place(const rh_lines *lines, size_t byte, uint32_t *line, uint32_t *column)
{
    size_t low = 0, high = lines->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (lines->begins[middle] <= byte)
            low = middle;
        else
            high = middle;
    }
    *line = (uint32_t)low + 1;
    *column = (uint32_t)(byte - lines->begins[low]) + 1;
}
