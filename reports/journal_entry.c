#include "reports/journal_entry.h"

#include <string.h>

#include "sim/base/json.h"
#include "sim/base/timetext.h"

enum { TIME_COLUMNS = 12 };

/* As many characters as fit, control characters and line breaks as blanks. */
static void write_fitting(rh_text *text, const char *words, size_t length, size_t columns)
{
    bool fits = rh_text_columns(words, length) <= columns;
    size_t room = fits || columns < 3 ? columns : columns - 3;
    for (size_t used = 0; length && used < room; used++) {
        size_t size = rh_utf8_length(words, length);
        unsigned char c = (unsigned char)*words;
        if (!size || c < ' ' || c == 0x7f)
            rh_text_putc(text, ' ');
        else
            rh_text_add(text, words, size);
        words += size ? size : 1;
        length -= size ? size : 1;
    }
    if (!fits && columns >= 3)
        rh_text_puts(text, "...");
    rh_text_putc(text, '\n');
}

static void write_value(rh_text *text, const rh_value *value)
{
    if (value)
        rh_json_write(text, value, RH_JSON_COMPACT);
    else
        rh_text_puts(text, "nothing");
}

/* What stands in columns of its own, or says nothing to people. */
static bool is_shown_elsewhere(const char *key)
{
    static const char *const keys[] = {"at_ns",
                                       "time",
                                       "kind",
                                       "run",
                                       "call",
                                       "attempt",
                                       "event_id",
                                       "first_run",
                                       "previous_run",
                                       "activity_id",
                                       "key",
                                       "number",
                                       "activity_type",
                                       "task_queue",
                                       "retry",
                                       "dialect",
                                       "started_event_id",
                                       "scheduled_event_id"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!strcmp(keys[i], key))
            return true;
    return false;
}

static void write_time(rh_text *text, int64_t at_ns)
{
    rh_text time = rh_text_in(text->arena);
    rh_duration_brief(&time, at_ns);
    size_t columns = rh_text_columns(time.data, time.length);
    rh_text_fill(text, ' ', columns < TIME_COLUMNS ? TIME_COLUMNS - columns : 0);
    rh_text_add(text, time.data, time.length);
}

void rh_journal_entry_row(rh_text *text, const char *mark, size_t number, const rh_value *entry,
                          unsigned width)
{
    rh_text row = rh_text_in(text->arena);
    rh_text_printf(&row, "  %s %5zu ", mark, number);
    write_time(&row, rh_integer_of(rh_get(entry, "at_ns")));
    rh_text_printf(&row, "  %s", rh_text_of(rh_get(entry, "kind")));
    if (rh_get(entry, "call"))
        rh_text_printf(&row, " %s", rh_text_of(rh_get(entry, "call")));
    if (rh_get(entry, "call") && rh_get(entry, "attempt"))
        rh_text_printf(&row, "@%jd", (intmax_t)rh_integer_of(rh_get(entry, "attempt")));
    for (size_t i = 0; i < rh_count_of(entry); i++) {
        const rh_field *field = &entry->as.fields[i];
        if (is_shown_elsewhere(field->key))
            continue;
        rh_text_printf(&row, "  %s ", field->key);
        write_value(&row, field->value);
    }
    write_fitting(text, row.data, row.length, width);
}

void rh_journal_entry_difference(rh_text *text, const char *key, const rh_value *left,
                                 const rh_value *right, unsigned width)
{
    rh_text row = rh_text_in(text->arena);
    rh_text_printf(&row, "    %s: ", key);
    write_value(&row, left);
    rh_text_puts(&row, " | ");
    write_value(&row, right);
    write_fitting(text, row.data, row.length, width);
}
