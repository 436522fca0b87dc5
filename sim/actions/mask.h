/* The runner's secret masker: what looks like a secret becomes `***` in logs, and an output that
 * holds one is dropped.
 *
 * A secret is looked for as it is, line by line, and as it looks in the runner's encodings
 * (HostContext.cs: base64 at three offsets, JSON, URI, XML, command line, expression string, and
 * what PowerShell's errors cut it into). Overlapping and touching finds become one `***`.
 */
#ifndef RH_ACTIONS_MASK_H
#define RH_ACTIONS_MASK_H

#include "sim/base/value.h"

typedef struct rh_mask_entry {
    const char *text;
    size_t length;
    bool is_value; /* its encodings are masked, too */
    uint32_t next; /* of those that begin with the same byte, plus 1; 0: none */
} rh_mask_entry;

typedef struct rh_mask {
    rh_arena *arena; /* keeps the secrets */
    rh_mask_entry *entries;
    size_t count, capacity;
    uint32_t first[256]; /* by the first byte, plus 1; 0: none */
} rh_mask;

void rh_mask_init(rh_mask *mask, rh_arena *arena);
/* A secret of the run: trimmed; it and each of its lines, trimmed, are masked. Nothing for "". */
void rh_mask_add_secret(rh_mask *mask, const char *text, size_t length);
/* What `::add-mask::` says: as it is, and each of its lines. */
void rh_mask_add(rh_mask *mask, const char *text, size_t length);

/* Whether a text has something to mask. */
bool rh_mask_finds(const rh_mask *mask, const char *text, size_t length);
/* Appends the text, masked. */
void rh_mask_text(const rh_mask *mask, rh_text *out, const char *text, size_t length);
/* A string masked (the value itself if there is nothing to mask, without RH_SECRET otherwise);
 * other values as they are. */
const rh_value *rh_mask_value(const rh_mask *mask, rh_arena *arena, const rh_value *value);
/* Whether a value must not leave the job: it is flagged RH_SECRET, or its text (that of anything in
 * it) has something to mask. */
bool rh_mask_holds(const rh_mask *mask, const rh_value *value);

#endif
