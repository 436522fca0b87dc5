#include "reports/words.h"

#include <inttypes.h>
#include <string.h>

#include "sim/base/timetext.h"
#include "sim/failure.h"

enum { WRAP_WIDTH = 80 };

void rh_words_span(rh_text *text, rh_duration span)
{
    rh_text brief = rh_text_in(text->arena);
    rh_duration_brief(&brief, span);
    const char *from = rh_text_string(&brief);
    const char *point = strchr(from, '.');
    const char *whole_days = strstr(from, " d 00:00");
    if (!point) {
        rh_text_add(text, from, whole_days ? (size_t)(whole_days - from) + 2 : brief.length);
        return;
    }
    const char *unit = strchr(point, ' ');
    const char *end = unit;
    while (end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    rh_text_add(text, from, (size_t)(end - from));
    rh_text_puts(text, unit);
}

void rh_words_outage(rh_text *text, const rh_entry *entry)
{
    bool is_deploy = !strcmp(entry->text, "deploy");
    if (entry->kind == RH_ENTRY_OUTAGE_OVER) {
        rh_text_printf(text, is_deploy ? "%s mended" : "%s back", entry->text);
        return;
    }
    rh_text_printf(text, is_deploy ? "bad %s for " : "%s down for ", entry->text);
    rh_words_span(text, entry->span);
}

void rh_words_clock(rh_text *text, rh_duration since, int decimals)
{
    if (since < 0) {
        rh_text_putc(text, '-');
        since = -since;
    }
    int64_t seconds = since / RH_SECONDS(1), ns = since % RH_SECONDS(1);
    int64_t days = seconds / 86400;
    int hours = (int)(seconds / 3600 % 24);
    int minutes = (int)(seconds / 60 % 60);
    if (days)
        rh_text_printf(text, "%" PRId64 " d %02d:%02d:", days, hours, minutes);
    else if (hours)
        rh_text_printf(text, "%d:%02d:", hours, minutes);
    else
        rh_text_printf(text, "%d:", minutes);
    rh_text_printf(text, "%02d", (int)(seconds % 60));
    if (decimals == 3)
        rh_text_printf(text, ".%03d", (int)(ns / 1000000));
    else if (decimals == 6)
        rh_text_printf(text, ".%06d", (int)(ns / 1000));
}

void rh_words_number(rh_text *text, uint64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            rh_text_putc(text, ',');
        rh_text_putc(text, digits[i]);
    }
}

void rh_words_count(rh_text *text, uint64_t count, const char *noun)
{
    rh_words_number(text, count);
    rh_text_printf(text, " %s%s", noun, count == 1 ? "" : "s");
}

/* A wrapped failure's message ends with the text of its cause, which is put in our own words. */
static void write_wrapped(rh_text *text, const rh_failure *failure)
{
    const char *message = failure->message;
    const char *cause = rh_failure_print(text->arena, failure->cause);
    size_t length = strlen(message), tail = strlen(cause);
    if (tail && length > tail && strcmp(message + length - tail, cause) == 0) {
        length -= tail;
        while (length > 0 && (message[length - 1] == ' ' || message[length - 1] == ':'))
            length--;
    }
    rh_text_add(text, message, length);
}

static void write_one(rh_text *text, const rh_failure *failure)
{
    switch ((rh_failure_kind)failure->kind) {
    case RH_FAILURE_ACTIVITY:
        rh_text_puts(text, failure->activity_type);
        return;
    case RH_FAILURE_CHILD:
        rh_text_printf(text, "child %s", failure->workflow_type);
        return;
    case RH_FAILURE_APPLICATION:
        if (strcmp(failure->type, "wrapError") == 0) {
            write_wrapped(text, failure);
            return;
        }
        rh_text_puts(text, failure->type);
        if (failure->type[0] && failure->message[0])
            rh_text_puts(text, ": ");
        rh_text_puts(text, failure->message);
        return;
    case RH_FAILURE_TIMEOUT:
        if (strncmp(failure->message, "activity ", 9) == 0)
            rh_text_puts(text, failure->message + 9);
        else
            rh_text_puts(text, failure->message);
        return;
    case RH_FAILURE_CANCELED:
    case RH_FAILURE_TERMINATED:
    case RH_FAILURE_SERVER:
        rh_text_puts(text, failure->message);
        return;
    }
}

void rh_words_failure(rh_text *text, const rh_failure *failure)
{
    for (; failure; failure = failure->cause) {
        write_one(text, failure);
        /* What a timeout has as its cause is the failure of an earlier attempt. */
        if (failure->kind == RH_FAILURE_TIMEOUT || !failure->cause)
            return;
        rh_text_puts(text, ": ");
    }
}

const char *rh_words_retry_state(rh_retry_state state)
{
    switch (state) {
    case RH_RETRY_NON_RETRYABLE_FAILURE:
        return "not retryable";
    case RH_RETRY_TIMEOUT:
        return "no time left for a retry";
    case RH_RETRY_MAXIMUM_ATTEMPTS_REACHED:
        return "no attempts left";
    case RH_RETRY_RETRY_POLICY_NOT_SET:
        return "no retry policy";
    case RH_RETRY_INTERNAL_SERVER_ERROR:
        return "internal server error";
    case RH_RETRY_CANCEL_REQUESTED:
        return "cancel requested";
    case RH_RETRY_UNSPECIFIED:
    case RH_RETRY_IN_PROGRESS:
        break;
    }
    return "";
}

void rh_words_wrapped(rh_text *text, const char *words, size_t column, size_t indent)
{
    bool at_start = true;
    while (*words) {
        if (*words == '\n') {
            rh_text_puts(text, "\n\n");
            rh_text_fill(text, ' ', indent);
            column = indent;
            at_start = true;
        }
        words += strspn(words, " \n");
        size_t length = strcspn(words, " \n");
        size_t columns = rh_text_columns(words, length);
        if (!at_start && column + 1 + columns > WRAP_WIDTH) {
            rh_text_putc(text, '\n');
            rh_text_fill(text, ' ', indent);
            column = indent;
            at_start = true;
        }
        if (!at_start) {
            rh_text_putc(text, ' ');
            column++;
        }
        rh_text_add(text, words, length);
        column += columns;
        words += length;
        at_start = false;
    }
    rh_text_putc(text, '\n');
}
