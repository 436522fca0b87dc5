/* --report KIND=PATH: what can be written about what was rehearsed, and where it goes. */
#ifndef CLI_REPORTS_H
#define CLI_REPORTS_H

#include "cli/cli.h"

typedef struct cli_report_kind {
    const char *name;
    /* Writes about `subject`, which a verb and its kinds agree on. 0, or -1 with an error. */
    int (*write)(rh_text *text, const void *subject, rh_error *error);
    /* The same as JSON, for a PATH that ends in .json; NULL: there is one form only. */
    int (*write_json)(rh_text *text, const void *subject, rh_error *error);
} cli_report_kind;

typedef struct cli_report {
    const cli_report_kind *kind;
    const char *path; /* "-": standard output */
} cli_report;

typedef struct cli_reports {
    const cli_report *items;
    size_t count;
    bool on_stdout; /* one of them goes to standard output, which then has nothing else */
} cli_reports;

/* Reads what the options say. `kinds` ends with an all-zero entry. CLI_OK, or CLI_BAD after saying
 * what is wrong. */
int cli_reports_read(cli_context *cli, const cli_texts *options, const cli_report_kind *kinds,
                     cli_reports *reports);
bool cli_reports_have(const cli_reports *reports, const char *kind);
/* Writes all of them. CLI_OK, or CLI_BAD after saying what is wrong; the others are written all the
 * same. */
int cli_reports_write(cli_context *cli, const cli_reports *reports, const void *subject);

#endif
