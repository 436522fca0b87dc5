#include "sim/actions/price.h"

#include "sim/actions/prices.h"
#include "sim/base/ascii.h"
#include "sim/base/value.h"

typedef struct row {
    const char *labels, *class;
    int64_t micro_dollars_per_minute;
    bool is_larger;
} row;

static const row rows[] = {
#define X(labels, class, micro_dollars, is_larger) {labels, class, micro_dollars, is_larger},
    RH_PRICES(X)
#undef X
};
enum { ROWS = sizeof rows / sizeof *rows };

const char *rh_price_since(void)
{
    return RH_PRICES_SINCE;
}

/* Whether a label is the pattern, which ends at a blank and has at most one star. */
static bool fits(const char *pattern, const char *label)
{
    size_t before = strcspn(pattern, "* "), whole = strcspn(pattern, " ");
    size_t length = strlen(label), after = whole - before - (before < whole);
    if (before == whole ? length != whole : length <= before + after)
        return false;
    for (size_t i = 0; i < before; i++)
        if (rh_ascii_lower(label[i]) != pattern[i])
            return false;
    for (size_t i = 0; i < after; i++)
        if (rh_ascii_lower(label[length - after + i]) != pattern[whole - after + i])
            return false;
    return true;
}

static const row *find(const char *label)
{
    for (size_t i = 0; i < ROWS; i++)
        for (const char *pattern = rows[i].labels; *pattern;) {
            if (fits(pattern, label))
                return &rows[i];
            pattern += strcspn(pattern, " ");
            pattern += *pattern == ' ';
        }
    return NULL;
}

static bool is_self_hosted(const rh_value *label)
{
    return rh_kind_of(label) == RH_STRING && fits("self-hosted", rh_text_of(label));
}

rh_price rh_price_of(const rh_value *labels)
{
    rh_price price = {.kind = RH_PRICE_UNKNOWN, .class = "unknown", .label = ""};
    const rh_value *single[] = {labels};
    bool is_list = rh_kind_of(labels) == RH_LIST;
    const rh_value *const *items = is_list ? labels->as.items : single;
    size_t count = is_list ? labels->count : 1;
    for (size_t i = 0; i < count; i++)
        if (is_self_hosted(items[i]))
            return (rh_price){.kind = RH_PRICE_SELF_HOSTED,
                              .class = "self-hosted",
                              .label = rh_text_of(items[i])};
    for (size_t i = 0; i < count; i++) {
        const row *found = find(rh_text_of(items[i]));
        if (found)
            return (rh_price){.kind = RH_PRICE_KNOWN,
                              .is_larger = found->is_larger,
                              .class = found->class,
                              .label = rh_text_of(items[i]),
                              .micro_dollars_per_minute = found->micro_dollars_per_minute};
        if (!price.label[0])
            price.label = rh_text_of(items[i]);
    }
    return price;
}

/* The task queue of a job is its labels, joined by commas. */
static const rh_value *labels_of(rh_arena *arena, const char *queue)
{
    const rh_value *labels[16];
    size_t count = 0;
    for (const char *at = queue; *at && count < 16;) {
        size_t length = strcspn(at, ",");
        labels[count++] = rh_value_string(arena, at, length);
        at += length + (at[length] == ',');
    }
    return rh_value_list(arena, labels, count);
}

rh_price rh_price_of_queue(rh_arena *arena, const char *queue)
{
    return rh_price_of(labels_of(arena, queue));
}

int64_t rh_price_minutes(rh_duration duration)
{
    if (duration <= 0)
        return 0;
    return duration / RH_MINUTES(1) + (duration % RH_MINUTES(1) > 0);
}

int64_t rh_price_cost(const rh_price *price, rh_duration duration)
{
    return price->micro_dollars_per_minute * rh_price_minutes(duration);
}
