#include "cli/progress.h"

#include "cli/console.h"
#include "sim/base/timetext.h"

#define BAR_COLUMNS 30u

static void draw(const cli_progress *progress, size_t done, size_t total)
{
    FILE *err = progress->cli->err;
    bool color = progress->cli->color_err;
    size_t filled = total ? done * BAR_COLUMNS / total : BAR_COLUMNS;
    fputs("\r\033[K[", err);
    for (size_t i = 0; i < BAR_COLUMNS; i++)
        fputc(i < filled ? '=' : i == filled ? '>' : ' ', err);
    fprintf(err, "] %zu/%zu", done, total);
    if (progress->failed)
        fprintf(err, ", %s%zu failed%s", cli_paint(color, CLI_WRONG), progress->failed,
                cli_paint(color, CLI_PLAIN));
    rh_text text = rh_text_in(&progress->cli->arena);
    rh_duration_brief(&text, progress->virtual_ns);
    fprintf(err, "  %s virtual", rh_text_string(&text));
    fflush(err);
}

void cli_progress_step(const rh_test_result *result, size_t done, size_t total, void *data)
{
    cli_progress *progress = data;
    if (progress->virtual_ns > INT64_MAX - result->virtual_ns)
        progress->virtual_ns = INT64_MAX;
    else
        progress->virtual_ns += result->virtual_ns;
    progress->failed += result->verdict != RH_PASSED;

    if (progress->cli->progress) {
        progress->is_drawn = true;
        draw(progress, done, total);
    } else if (result->verdict != RH_PASSED) {
        fprintf(progress->cli->err, "%s%s%s %s/%s: %s\n",
                cli_paint(progress->cli->color_err, CLI_WRONG), rh_verdict_name(result->verdict),
                cli_paint(progress->cli->color_err, CLI_PLAIN), result->module, result->name,
                result->message);
    }
}

void cli_progress_end(cli_progress *progress)
{
    if (!progress->is_drawn)
        return;
    fputs("\r\033[K", progress->cli->err);
    fflush(progress->cli->err);
}
