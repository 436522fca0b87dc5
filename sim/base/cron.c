#include "sim/base/cron.h"

#include <string.h>

#include "sim/base/calendar.h"

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct field {
    const char *name;
    unsigned first, last;
    const char *names; /* three letters each, from `first` on; NULL: none */
} field;

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS };

static const field fields[FIELDS] = {
    {"minute", 0, 59, NULL},
    {"hour", 0, 23, NULL},
    {"day of the month", 1, 31, NULL},
    {"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
    {"day of the week", 0, 6, "SUNMONTUEWEDTHUFRISAT"},
};

typedef struct reader {
    const char *text;
    size_t at, end; /* of the field */
    const field *field;
    rh_cron_form form;
    rh_error *error;
} reader;

static int refuse(const reader *r, size_t begin, size_t end)
{
    const field *f = r->field;
    return rh_error_set(r->error, NULL, 0, (uint32_t)begin + 1,
                        "'%.*s' is no %s: expected %u-%u%s%s, '*', a list (1,2), a range (1-5) or "
                        "a step (*/2)",
                        (int)(end - begin > 40 ? 40 : end - begin), r->text + begin, f->name,
                        f->first, f->last,
                        !f->names  ? ""
                        : f->first ? ", JAN-DEC"
                                   : ", SUN-SAT",
                        f->last == 6 ? " (Sunday is 0)" : "");
}

static size_t find(const reader *r, size_t begin, size_t end, char wanted)
{
    const char *at = memchr(r->text + begin, wanted, end - begin);
    return at ? (size_t)(at - r->text) : end;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool read_name(const reader *r, size_t begin, unsigned *number)
{
    const field *f = r->field;
    for (unsigned i = 0; f->names && i <= f->last - f->first; i++) {
        const char *name = f->names + 3 * (size_t)i;
        if (upper(r->text[begin]) == name[0] && upper(r->text[begin + 1]) == name[1] &&
            upper(r->text[begin + 2]) == name[2]) {
            *number = f->first + i;
            return true;
        }
    }
    return false;
}

/* A number or name between begin and end. */
static bool read_number(const reader *r, size_t begin, size_t end, bool with_names,
                        unsigned *number)
{
    if (with_names && end - begin == 3 && read_name(r, begin, number))
        return true;
    *number = 0;
    for (size_t i = begin; i < end; i++) {
        if (r->text[i] < '0' || r->text[i] > '9' || *number > 999)
            return false;
        *number = *number * 10 + (unsigned)(r->text[i] - '0');
    }
    return end > begin && *number >= r->field->first && *number <= r->field->last;
}

/* robfig/cron takes steps beyond the field, too: they leave its first number. */
static bool read_step(const reader *r, size_t begin, size_t end, unsigned *step)
{
    static const field any = {"step", 1, 999, NULL};
    reader wide = *r;
    if (r->form == RH_CRON_SERVER)
        wide.field = &any;
    return read_number(&wide, begin, end, false, step) && *step;
}

static bool is_star(const reader *r, size_t begin, size_t end)
{
    return end - begin == 1 &&
           (r->text[begin] == '*' || (r->form == RH_CRON_SERVER && r->text[begin] == '?'));
}

/* One part of a list; adds it to the bits. */
static int read_part(const reader *r, size_t begin, size_t end, uint64_t *bits, bool *any)
{
    unsigned first = r->field->first, last = r->field->last, step = 1;
    size_t slash = find(r, begin, end, '/');
    if (slash < end && !read_step(r, slash + 1, end, &step))
        return rh_error_set(r->error, NULL, 0, (uint32_t)slash + 2,
                            "'%.*s' is no step for the %s: expected %u-%u",
                            (int)(end - slash - 1 > 40 ? 40 : end - slash - 1), r->text + slash + 1,
                            r->field->name, r->field->first ? r->field->first : 1, r->field->last);
    if (is_star(r, begin, slash)) {
        *any = *any || (r->form == RH_CRON_SERVER && step == 1);
    } else {
        size_t dash = find(r, begin, slash, '-');
        if (!read_number(r, begin, dash, true, &first))
            return refuse(r, begin, end);
        if (dash < slash && !read_number(r, dash + 1, slash, true, &last))
            return refuse(r, begin, end);
        if (last < first)
            return rh_error_set(r->error, NULL, 0, (uint32_t)begin + 1,
                                "the range '%.*s' runs backwards; write it as two, in a list",
                                (int)(slash - begin), r->text + begin);
        if (dash == slash && slash == end)
            last = first;
    }
    for (unsigned n = first; n <= last; n += step)
        *bits |= UINT64_C(1) << n;
    return 0;
}

static int read_field(reader *r, uint64_t *bits, bool *any)
{
    *any = r->form == RH_CRON_GITHUB && r->text[r->at] == '*';
    for (size_t begin = r->at;;) {
        size_t comma = find(r, begin, r->end, ',');
        if (comma == begin && r->form == RH_CRON_GITHUB)
            return refuse(r, r->at, r->end);
        if (comma > begin && read_part(r, begin, comma, bits, any) < 0)
            return -1;
        if (comma == r->end)
            return 0;
        begin = comma + 1;
    }
}

static int wrong_shape(const char *text, size_t length, rh_cron_form form, size_t count,
                       rh_error *error)
{
    if (length && text[0] == '@' && form == RH_CRON_GITHUB)
        return rh_error_set(error, NULL, 0, 1,
                            "GitHub knows no '%.*s': write five fields, minute hour day month "
                            "weekday, for example '0 0 * * *'",
                            (int)(length > 40 ? 40 : length), text);
    return rh_error_set(error, NULL, 0, 1,
                        "expected five fields separated by blanks (minute hour day month weekday), "
                        "found %zu",
                        count);
}

static bool is_blank(char c, rh_cron_form form)
{
    return c == ' ' || (form == RH_CRON_SERVER && c >= '\t' && c <= '\r');
}

int rh_cron_read(const char *text, size_t length, rh_cron_form form, rh_cron *cron, rh_error *error)
{
    size_t begins[FIELDS], ends[FIELDS], count = 0;
    for (size_t at = 0; at < length; at++) {
        if (is_blank(text[at], form))
            continue;
        size_t begin = at;
        while (at < length && !is_blank(text[at], form))
            at++;
        if (count < FIELDS) {
            begins[count] = begin;
            ends[count] = at;
        }
        count++;
    }
    if (count != FIELDS)
        return wrong_shape(text, length, form, count, error);
    if (form == RH_CRON_GITHUB && (text[0] == ' ' || text[length - 1] == ' '))
        return rh_error_set(error, NULL, 0, text[0] == ' ' ? 1 : (uint32_t)length,
                            "remove the blanks before and after the five fields");
    uint64_t bits[FIELDS] = {0};
    bool any[FIELDS];
    for (size_t i = 0; i < FIELDS; i++) {
        reader r = {text, begins[i], ends[i], &fields[i], form, error};
        if (read_field(&r, &bits[i], &any[i]) < 0)
            return -1;
    }
    *cron = (rh_cron){.minutes = bits[MINUTE],
                      .hours = (uint32_t)bits[HOUR],
                      .days = (uint32_t)bits[DAY],
                      .months = (uint16_t)bits[MONTH],
                      .weekdays = (uint8_t)bits[WEEKDAY],
                      .any_day = any[DAY],
                      .any_weekday = any[WEEKDAY]};
    return 0;
}

/* ---- when it starts -------------------------------------------------------------------------- */

#define MINUTES_A_DAY 1440
#define MINUTE_NS RH_MINUTES(1)

bool rh_cron_fits_day(const rh_cron *cron, int64_t day)
{
    rh_date date = rh_date_of(day);
    if (!(cron->months >> date.month & 1))
        return false;
    bool is_day = cron->days >> date.day & 1, is_weekday = cron->weekdays >> rh_weekday_of(day) & 1;
    return cron->any_day || cron->any_weekday ? is_day && is_weekday : is_day || is_weekday;
}

/* The first minute of a day, from `minute` on; MINUTES_A_DAY if there is none. */
static int64_t minute_from(const rh_cron *cron, int64_t minute)
{
    for (; minute < MINUTES_A_DAY; minute++) {
        if (!(cron->hours >> minute / 60 & 1))
            minute += 59 - minute % 60;
        else if (cron->minutes >> minute % 60 & 1)
            return minute;
    }
    return MINUTES_A_DAY;
}

/* 29 February on one day of the week comes round in 40 years at most. */
enum { LONGEST_WAIT_DAYS = 41 * 366 };

bool rh_cron_next(const rh_cron *cron, rh_time after, rh_time *next)
{
    int64_t minute = rh_floor_divide(after, MINUTE_NS) + 1;
    int64_t day = rh_floor_divide(minute, MINUTES_A_DAY);
    int64_t of_day = minute - day * MINUTES_A_DAY;
    for (int64_t last = day + LONGEST_WAIT_DAYS; day < last; day++, of_day = 0) {
        if (!rh_cron_fits_day(cron, day))
            continue;
        int64_t found = minute_from(cron, of_day);
        if (found == MINUTES_A_DAY)
            continue;
        minute = day * MINUTES_A_DAY + found;
        if (minute > INT64_MAX / MINUTE_NS)
            return false;
        *next = minute * MINUTE_NS;
        return true;
    }
    return false;
}

static bool has_two_days_running(const rh_cron *cron)
{
    bool was = false;
    for (int64_t day = 0; day < LONGEST_WAIT_DAYS; day++) {
        bool is = rh_cron_fits_day(cron, day);
        if (was && is)
            return true;
        was = is;
    }
    return false;
}

rh_duration rh_cron_shortest(const rh_cron *cron)
{
    int64_t shortest = MINUTES_A_DAY, first = minute_from(cron, 0);
    int64_t last = first;
    for (int64_t minute; (minute = minute_from(cron, last + 1)) < MINUTES_A_DAY; last = minute)
        if (minute - last < shortest)
            shortest = minute - last;
    int64_t over_midnight = MINUTES_A_DAY - last + first;
    if (over_midnight < shortest && has_two_days_running(cron))
        shortest = over_midnight;
    return shortest * MINUTE_NS;
}

int rh_cron_check_interval(const rh_cron *cron, rh_error *error)
{
    int minutes = (int)(rh_cron_shortest(cron) / MINUTE_NS);
    if (minutes >= 5)
        return 0;
    return rh_error_set(
        error, NULL, 0, 0,
        "this starts every %d minute%s at times; GitHub starts a scheduled workflow "
        "every 5 minutes at most",
        minutes, minutes == 1 ? "" : "s");
}
