#include "suites/actions/lift_generate.h"

#include "sim/base/random.h"

typedef struct generator {
    rh_text text;
    uint64_t seed;
    uint64_t drawn;
    unsigned steps; /* of the job so far */
} generator;

static unsigned below(generator *g, unsigned bound)
{
    return (unsigned)rh_random_below(rh_random_draw(g->seed, 1, 7, g->drawn++), bound);
}

static bool one_in(generator *g, unsigned n)
{
    return below(g, n) == 0;
}

#define PICK(g, list) (list)[below((g), sizeof(list) / sizeof *(list))]

/* ---- steps ----------------------------------------------------------------------------------- */

static const char *const scripts[] = {
    "make all",
    "make test | tee log.txt",
    "curl -fsSL https://a/b | sha256sum > sum.txt",
    "check && make || fallback",
    "if check; then make; else mend; fi",
    "for i in 1 2; do make $i; done",
    "git push origin main",
    "gh release create v1",
    "SUM=$(sha256sum dist.tgz) && publish \"$SUM\"",
    "set -o pipefail; make | tee log.txt",
    "make || true",
    "echo \"V=1\" >> \"$GITHUB_ENV\"; make; echo \"$V\"",
    "echo \"$V\" > v.txt; make v.txt; echo \"$(<v.txt)\"",
    "false || make; exit 0",
};

static const char *const actions[] = {
    "actions/checkout@v4", "actions/setup-go@v5",  "actions/upload-artifact@v4",
    "./actions/greet",     "nobody/knows-this@v1", "softprops/action-gh-release@v2",
};

static const char *const step_conditions[] = {
    "always()",
    "failure()",
    "success()",
    "cancelled()",
    "!cancelled()",
    "steps.s0.outcome == 'failure'",
    "steps.s0.conclusion == 'success'",
    "steps.s1.outputs.v == '1'",
    "github.ref == 'refs/heads/main'",
    "always() && steps.s0.outcome != 'skipped'",
};

static void common_keys(generator *g, const char *indent)
{
    if (one_in(g, 3))
        rh_text_printf(&g->text, "%s  if: ${{ %s }}\n", indent, PICK(g, step_conditions));
    if (one_in(g, 4))
        rh_text_printf(&g->text, "%s  continue-on-error: true\n", indent);
}

static void step(generator *g, const char *indent, bool in_action)
{
    rh_text_printf(&g->text, "%s- id: s%u\n", indent, g->steps++);
    common_keys(g, indent);
    if (!in_action && one_in(g, 4)) {
        rh_text_printf(&g->text, "%s  uses: %s\n", indent, PICK(g, actions));
        return;
    }
    if (in_action || one_in(g, 4))
        rh_text_printf(&g->text, "%s  shell: bash\n", indent);
    if (!in_action && one_in(g, 8))
        rh_text_printf(&g->text, "%s  background: true\n", indent);
    rh_text_printf(&g->text, "%s  run: |\n", indent);
    if (one_in(g, 3))
        rh_text_printf(&g->text, "%s    echo \"v=%u\" >> \"$GITHUB_OUTPUT\"\n", indent,
                       below(g, 3));
    rh_text_printf(&g->text, "%s    %s\n", indent, PICK(g, scripts));
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void needs(generator *g, unsigned job)
{
    unsigned count = 0;
    for (unsigned i = 0; i < job; i++)
        if (one_in(g, 2))
            rh_text_printf(&g->text, "%sj%u", count++ ? ", " : "    needs: [", i);
    if (count)
        rh_text_puts(&g->text, "]\n");
    if (!count || one_in(g, 2))
        return;
    static const char *const conditions[] = {
        "always()",       "failure()",
        "!cancelled()",   "success() || failure()",
        "success('j0')",  "contains(needs.*.result, 'failure')",
        "needs.*.result", "always() && github.ref == 'refs/heads/main'",
    };
    rh_text_printf(&g->text, "    if: ${{ %s }}\n", PICK(g, conditions));
}

static void matrix(generator *g)
{
    rh_text_printf(&g->text, "    strategy:\n      fail-fast: %s\n",
                   one_in(g, 2) ? "true" : "false");
    if (one_in(g, 3))
        rh_text_puts(&g->text, "      max-parallel: 1\n");
    rh_text_puts(&g->text, "      matrix: {os: [a, b]}\n");
}

static void job(generator *g, unsigned number)
{
    rh_text_printf(&g->text, "  j%u:\n    runs-on: ubuntu-latest\n", number);
    needs(g, number);
    if (one_in(g, 4))
        rh_text_puts(&g->text, "    continue-on-error: true\n");
    if (one_in(g, 4))
        matrix(g);
    if (one_in(g, 3))
        rh_text_puts(&g->text, "    outputs: {v: \"${{ steps.s0.outputs.v }}\"}\n");
    if (one_in(g, 4))
        rh_text_puts(&g->text, "    timeout-minutes: 60\n");
    rh_text_puts(&g->text, "    steps:\n");
    g->steps = 0;
    for (unsigned i = 0, count = 2 + below(g, 2); i < count; i++)
        step(g, "      ", false);
}

const char *lift_generate(rh_arena *arena, uint64_t seed)
{
    generator g = {.text = rh_text_in(arena), .seed = seed};
    rh_text_puts(&g.text, "on: push\njobs:\n");
    for (unsigned i = 0, count = 1 + below(&g, 4); i < count; i++)
        job(&g, i);
    return rh_text_string(&g.text);
}

const char *lift_generate_action(rh_arena *arena, uint64_t seed)
{
    generator g = {.text = rh_text_in(arena), .seed = ~seed};
    rh_text_puts(&g.text, "name: Greet\ndescription: Greets.\noutputs:\n"
                          "  v: {description: v, value: \"${{ steps.s0.outputs.v }}\"}\n"
                          "runs:\n  using: composite\n  steps:\n");
    for (unsigned i = 0; i < 2; i++)
        step(&g, "    ", true);
    return rh_text_string(&g.text);
}
