/* Any bytes as a scenario file: read or refused with a place; what is read has its nodes inside the
 * text, and fits itself. */
#include <stdlib.h>

#include "harness/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_node(const rh_yaml *node, size_t size)
{
    if (node->begin > node->end || node->end > size || !node->line || !node->column)
        abort();
    for (uint32_t i = 0; node->kind == RH_YAML_SEQUENCE && i < node->count; i++)
        check_node(node->as.items[i], size);
    for (uint32_t i = 0; node->kind == RH_YAML_MAPPING && i < node->count; i++) {
        check_node(node->as.pairs[i].key, size);
        check_node(node->as.pairs[i].value, size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_error error = {.message = ""};
    rh_arena_init(&arena, NULL, NULL);
    const char *text = (const char *)data;
    const rh_yaml *root = rh_yaml_read(&arena, text, size, "fuzz", NULL, &error);
    if (root) {
        check_node(root, size);
        const rh_value *value = rh_yaml_value(&arena, root);
        if (!rh_equal(value, rh_value_clone(&arena, value)))
            abort();
    } else if (!error.message[0] || !error.line || !error.column) {
        abort();
    }
    error = (rh_error){.message = ""};
    const rh_scenario_file *file =
        rh_scenario_read(&arena, NULL, "fuzz.rehearse.yml", text, size, &error);
    if (file ? !file->scenario_count : !error.message[0] || !error.line || !error.column)
        abort();
    for (size_t i = 0; file && i < file->scenario_count; i++)
        if (!file->scenarios[i].expectation_count)
            abort();
    rh_arena_free(&arena);
    return 0;
}
