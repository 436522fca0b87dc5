/* Annotations as GitHub's runner reads them from the output of a step, so that what is wrong stands
 * at its line in a pull request: ::error file=F,line=L,col=C,title=T::MESSAGE.
 *
 * The runner keeps ten of each level in a step, of at most 4,096 bytes each: of more than ten the
 * first nine are written, and a tenth that says how many are left out.
 */
#ifndef RH_REPORTS_ANNOTATIONS_H
#define RH_REPORTS_ANNOTATIONS_H

#include "sim/journal.h"

typedef enum rh_annotation_level {
    RH_ANNOTATE_ERROR,
    RH_ANNOTATE_WARNING,
    RH_ANNOTATE_NOTICE,
    RH_ANNOTATION_LEVELS
} rh_annotation_level;

typedef struct rh_annotation {
    uint8_t level;    /* rh_annotation_level */
    const char *file; /* from the root of the repository; NULL: none */
    uint32_t line;    /* 0: none */
    uint32_t column;  /* 0: none */
    const char *title;
    const char *message;
} rh_annotation;

typedef struct rh_annotations {
    rh_arena *arena;
    rh_annotation *items;
    size_t count, capacity;
} rh_annotations;

/* Keeps copies of the texts. */
void rh_annotate(rh_annotations *to, const rh_annotation *annotation);
/* What went wrong in a run of a workflow file. Errors: jobs and steps whose failure counts.
 * Warnings: those whose failure does not show, and effects made from what came of a failed command.
 * `path` is what the file `source` is called instead (both NULL: nothing is). */
void rh_annotate_run(rh_annotations *to, const rh_journal *journal, uint32_t run,
                     const char *source, const char *path);
void rh_annotations_write(rh_text *text, const rh_annotations *annotations);

#endif
