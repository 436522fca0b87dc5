#include "harness/evidence.h"

#include <string.h>

#include "sim/base/json.h"

#define FAULTS_KEPT 1000u
#define CHOICES_KEPT 10000u
/* A run away has a million entries, the first of which tell enough. */
#define ENTRIES_KEPT 50000u
#define JOURNAL_KEPT ((size_t)16 << 20)

/* ---- the plan -------------------------------------------------------------------------------- */

static void write_fault(rh_text *text, rh_text *point, const rh_journal *journal,
                        const rh_entry *entry)
{
    point->length = 0;
    rh_call_path(point, journal->calls[entry->call - 1]);
    rh_text_printf(point, "@%d=%s", entry->attempt, entry->name->text);
    rh_json_write_string(text, point->data, point->length);
}

static const char *faults_of(rh_arena *arena, const rh_journal *journal, bool *cut)
{
    rh_text text = rh_text_in(arena), point = rh_text_in(arena);
    size_t count = 0;
    rh_text_putc(&text, '[');
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_FAULT || !entry->call || !entry->name)
            continue;
        if (count == FAULTS_KEPT) {
            *cut = true;
            break;
        }
        rh_text_puts(&text, count++ ? "," : "");
        write_fault(&text, &point, journal, entry);
    }
    rh_text_putc(&text, ']');
    return rh_text_string(&text);
}

/* What a list of choices given to a world takes again: trailing zeros are what it does anyway. */
static const char *choices_of(rh_arena *arena, const rh_journal *journal, bool *cut)
{
    rh_text text = rh_text_in(arena);
    size_t needed = 1; /* bytes up to the last that is not the default */
    size_t count = 0;
    rh_text_putc(&text, '[');
    for (size_t i = 0; i < journal->count && count < CHOICES_KEPT; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_CHOICE)
            continue;
        rh_text_printf(&text, "%s%jd", count++ ? "," : "", (intmax_t)entry->number);
        if (entry->number)
            needed = text.length;
    }
    *cut = *cut || count == CHOICES_KEPT;
    text.length = needed;
    rh_text_putc(&text, ']');
    return rh_text_string(&text);
}

/* ---- the journal ----------------------------------------------------------------------------- */

/* Whole lines only. */
static size_t length_of_lines(const char *text, size_t length)
{
    while (length && text[length - 1] != '\n')
        length--;
    return length;
}

static void take_journal(rh_arena *arena, rh_describe *write, const rh_journal *journal,
                         rh_evidence *evidence)
{
    rh_journal part = *journal;
    rh_text text = rh_text_in(arena);
    if (part.count > ENTRIES_KEPT)
        part.count = ENTRIES_KEPT;
    write(&text, &part);
    size_t length = text.length;
    evidence->journal = rh_text_string(&text);
    evidence->journal_cut = part.count < journal->count || length > JOURNAL_KEPT;
    if (length > JOURNAL_KEPT)
        length = length_of_lines(evidence->journal, JOURNAL_KEPT);
    else if (evidence->journal_cut) /* without the last line, which would say that it is whole */
        length = length_of_lines(evidence->journal, length - 1);
    evidence->journal_length = length;
}

void rh_evidence_take(rh_arena *arena, const rh_evidence_wish *wish, const rh_journal *journal,
                      bool passed, rh_evidence *evidence)
{
    evidence->entries = journal->count;
    evidence->hash = journal->hash;
    evidence->plan_cut = false;
    evidence->faults = faults_of(arena, journal, &evidence->plan_cut);
    evidence->choices = choices_of(arena, journal, &evidence->plan_cut);
    if (wish->journal && (wish->all_journals || !passed))
        take_journal(arena, wish->journal, journal, evidence);
    rh_evidence_add(arena, wish, journal, evidence);
}

void rh_evidence_add(rh_arena *arena, const rh_evidence_wish *wish, const rh_journal *journal,
                     rh_evidence *evidence)
{
    if (wish->coverage) {
        if (!evidence->coverage)
            evidence->coverage = rh_coverage_create(arena);
        rh_coverage_add_journal(evidence->coverage, journal);
    }
    if (wish->plays) {
        if (!evidence->plays)
            evidence->plays = rh_plays_create(arena);
        rh_plays_add_journal(evidence->plays, journal);
    }
}

/* ---- as JSON --------------------------------------------------------------------------------- */

/* Lists as texts, since they are stored and shown as such. */
static void write_text(rh_text *text, const char *key, const char *value)
{
    rh_text_printf(text, ",\"%s\":", key);
    rh_json_write_string(text, value, strlen(value));
}

void rh_evidence_write(rh_text *text, const rh_evidence *evidence)
{
    /* As signed numbers: JSON integers are int64. */
    rh_text_printf(text, ",\"entries\":%jd,\"hash\":%jd,\"plan_cut\":%d,\"journal_cut\":%d",
                   (intmax_t)evidence->entries, (intmax_t)evidence->hash, (int)evidence->plan_cut,
                   (int)evidence->journal_cut);
    if (evidence->journal)
        rh_text_printf(text, ",\"journal_length\":%jd", (intmax_t)evidence->journal_length);
    if (evidence->faults)
        write_text(text, "faults", evidence->faults);
    if (evidence->choices)
        write_text(text, "choices", evidence->choices);
    if (evidence->coverage) {
        rh_text_puts(text, ",\"coverage\":");
        rh_coverage_write(text, evidence->coverage);
    }
    if (evidence->plays) {
        rh_text_puts(text, ",\"plays\":");
        rh_plays_write(text, evidence->plays);
    }
    if (evidence->track) {
        rh_text_puts(text, ",\"track\":");
        rh_track_write(text, evidence->track);
    }
}

static const char *read_text(rh_arena *arena, const rh_value *object, const char *key)
{
    const rh_value *value = rh_get(object, key);
    return value ? rh_arena_string(arena, rh_text_of(value)) : NULL;
}

void rh_evidence_read(rh_arena *arena, const rh_value *object, rh_evidence *evidence)
{
    *evidence = (rh_evidence){
        .entries = (uint64_t)rh_integer_of(rh_get(object, "entries")),
        .hash = (uint64_t)rh_integer_of(rh_get(object, "hash")),
        .plan_cut = rh_integer_of(rh_get(object, "plan_cut")) != 0,
        .journal_cut = rh_integer_of(rh_get(object, "journal_cut")) != 0,
        .journal_length = (size_t)rh_integer_of(rh_get(object, "journal_length")),
        .faults = read_text(arena, object, "faults"),
        .choices = read_text(arena, object, "choices"),
    };
    const rh_value *coverage = rh_get(object, "coverage");
    if (coverage)
        evidence->coverage = rh_coverage_read(arena, coverage);
    const rh_value *plays = rh_get(object, "plays");
    if (plays)
        evidence->plays = rh_plays_read(arena, plays);
    const rh_value *list = rh_get(object, "track");
    rh_track *track = list ? RH_NEW(arena, rh_track) : NULL;
    if (track)
        *track = rh_track_read(arena, list);
    evidence->track = track;
}
