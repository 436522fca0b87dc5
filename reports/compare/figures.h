/* What a comparison says, as rows of figures and short sentences: the same for terminal, HTML,
 * Markdown, JSON and CSV. */
#ifndef RH_REPORTS_COMPARE_FIGURES_H
#define RH_REPORTS_COMPARE_FIGURES_H

#include "harness/explore/compare.h"
#include "sim/base/text.h"

/* What is compared, and on what assumptions. All borrowed. */
typedef struct rh_compare_page {
    const rh_comparison *comparison;
    const char *title;        /* of the workflow */
    const char *file;         /* where it is written */
    const char *event;        /* what starts it: "push of refs/tags/v1.2.0" */
    const char *profile;      /* whose rates and times these are */
    const char *command;      /* that makes this page again */
    rh_duration human;        /* until somebody acts, usually */
    const char *const *notes; /* other assumptions; NULL-terminated */
    const char *const *twice; /* effects that happen twice when the first two engines both run;
                               * NULL-terminated; NULL: not asked */
} rh_compare_page;

typedef enum rh_figure_kind {
    RH_FIGURE_PROBABILITY, /* exact; what was not looked at may come on top */
    RH_FIGURE_SHARE,       /* of faults */
    RH_FIGURE_MINUTES,
    RH_FIGURE_USD,
    RH_FIGURE_COUNT,
    RH_FIGURE_TIME /* sampled, with an interval, in ns */
} rh_figure_kind;

/* A row: a figure for each engine. */
typedef struct rh_figure {
    const char *key;  /* of machine formats: "success_without_human" */
    const char *name; /* for people */
    const char *what; /* a sentence: how it is to be read */
    uint8_t kind;     /* rh_figure_kind */
    bool more_is_better;
    bool is_sampled;
    bool has_no_winner; /* of other runs on each engine: less is not better */
} rh_figure;

extern const rh_figure rh_figures[];
extern const size_t rh_figure_count;

/* Of an engine; an exact one has the same value everywhere. */
rh_interval rh_figure_of(const rh_figure *figure, const rh_comparison *comparison, size_t engine);
/* As people read it: "92.61 %", "6:24", "$0.048", "0.07". */
void rh_figure_write(rh_text *text, const rh_figure *figure, double value);
/* Whether the first engine is better there than another, by more than what was not looked at, or
 * than the intervals. */
bool rh_figure_first_is_better(const rh_figure *figure, const rh_comparison *comparison,
                               size_t other);
/* The other way round. */
bool rh_figure_other_is_better(const rh_figure *figure, const rh_comparison *comparison,
                               size_t other);

/* A number with so many decimals (at most 9), rounded half up. */
void rh_text_fixed(rh_text *text, double value, int decimals);
/* "92.61 %": with two decimals, more where it is close to 0 or 1. */
void rh_text_percent(rh_text *text, double value);

/* How a plan went on an engine, in a few words: "red, half published". Lives in `arena`. */
const char *rh_outcome_words(rh_arena *arena, const rh_comparison *comparison,
                             const rh_compared *compared, size_t engine);
/* What to change, seen from the first engine; "" if nothing needs to be. */
const char *rh_outcome_advice(const rh_compared *compared);
/* The sentences above all others, one a line. */
void rh_compare_headline(rh_text *text, const rh_compare_page *page);
/* Where the first engine does better than another, one a line; nothing if nowhere. */
void rh_compare_other_side(rh_text *text, const rh_compare_page *page);
/* What rests on what: rates, people, independence, one a line. */
void rh_compare_assumptions(rh_text *text, const rh_compare_page *page);

#endif
