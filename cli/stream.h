/* The results of a suite on standard output, each as soon as all before it in table order are
 * there: what is printed does not depend on how many tests run at a time. */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include "cli/cli.h"
#include "harness/suite.h"

typedef struct cli_stream {
    cli_context *cli;
    enum { CLI_STREAM_NONE, CLI_STREAM_TAP, CLI_STREAM_LINES } format;
    bool fail_fast; /* what follows the first that does not pass is known only at the end */
    bool *is_over;  /* by position; NULL before the first result */
    size_t next;    /* the first not printed */
    bool is_held;
    rh_text text;
} cli_stream;

/* `format` is what --format says: "tap", "jsonl"; anything else streams nothing. */
void cli_stream_begin(cli_stream *stream, cli_context *cli, const char *format, bool fail_fast);
void cli_stream_add(cli_stream *stream, const rh_test_result *result, size_t total);
void cli_stream_end(cli_stream *stream, const rh_suite_result *result);

#endif
