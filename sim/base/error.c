#include "sim/base/error.h"

#include <stdio.h>
#include <string.h>

/* Ends text that was cut off at size - 1 bytes in "...", without half a UTF-8 character. */
static void mark_cut(char *buffer, size_t size)
{
    if (size < 4)
        return;
    size_t end = size - 4;
    while (end > 0 && ((unsigned char)buffer[end] & 0xc0) == 0x80)
        end--;
    memcpy(buffer + end, "...", 4);
}

int rh_error_vset(rh_error *error, const char *file, uint32_t line, uint32_t column,
                  const char *format, va_list arguments)
{
    if (!error)
        return -1;
    /* Formatted aside: the arguments may be the error's own texts, when context is added to it. */
    rh_error fresh = {.line = line, .column = column};
    int length = vsnprintf(fresh.message, sizeof fresh.message, format, arguments);
    if (length >= (int)sizeof fresh.message)
        mark_cut(fresh.message, sizeof fresh.message);
    length = snprintf(fresh.file, sizeof fresh.file, "%s", file ? file : "");
    if (length >= (int)sizeof fresh.file)
        mark_cut(fresh.file, sizeof fresh.file);
    *error = fresh;
    return -1;
}

int rh_error_set(rh_error *error, const char *file, uint32_t line, uint32_t column,
                 const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rh_error_vset(error, file, line, column, format, arguments);
    va_end(arguments);
    return -1;
}

const char *rh_error_text(const rh_error *error, char *buffer, size_t size)
{
    char place[32] = "";
    if (error->line && error->column)
        snprintf(place, sizeof place, "%u:%u: ", (unsigned)error->line, (unsigned)error->column);
    else if (error->line)
        snprintf(place, sizeof place, "%u: ", (unsigned)error->line);

    const char *colon = !error->file[0] ? "" : error->line ? ":" : ": ";
    int length = snprintf(buffer, size, "%s%s%s%s", error->file, colon, place, error->message);
    if (length >= 0 && (size_t)length >= size)
        mark_cut(buffer, size);
    return buffer;
}
