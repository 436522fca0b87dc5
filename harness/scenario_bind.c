/* Finding what a scenario file names in a shared object. */
#include "harness/node.h"
#include "harness/scenario.h"
#include "sim/base/json.h"

static const rh_workflow_definition *find_definition(const rh_module *module, const char *name)
{
    for (size_t i = 0; i < rh_module_workflow_count(module); i++)
        if (!strcmp(module->workflows[i].name, name))
            return &module->workflows[i];
    return NULL;
}

static bool refuse_definition(rh_reader *reader, const rh_module *module, const rh_yaml *node)
{
    size_t count = rh_module_workflow_count(module);
    const char **names = RH_NEW_ARRAY(reader->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = module->workflows[i].name;
    return rh_refuse_name(reader, node, "workflow", names);
}

/* Every definition that the file names is in the module. */
static bool has_definitions(rh_reader *reader, const rh_scenario_file *file,
                            const rh_module *module)
{
    for (size_t i = 0; i < file->scenario_count; i++)
        for (size_t j = 0; j < file->scenarios[i].part_count; j++) {
            const rh_scenario_part *part = file->scenarios[i].parts[j];
            if (part->definition && !find_definition(module, part->definition))
                return refuse_definition(reader, module, part->definition_node);
            for (size_t k = 0; k < part->runs_count; k++)
                if (part->runs[k].definition && !find_definition(module, part->runs[k].definition))
                    return refuse_definition(reader, module, part->runs[k].definition_node);
        }
    return true;
}

/* The ids that the runs of a scenario will have; ends with NULL. */
static const char **run_ids(rh_arena *arena, const rh_scenario *scenario, const rh_module *module)
{
    size_t count = scenario->runs ? scenario->runs->runs_count : 1;
    const char **ids = RH_NEW_ARRAY(arena, const char *, count + 1);
    const char **names = RH_NEW_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const rh_scenario_run *run = scenario->runs ? &scenario->runs->runs[i] : NULL;
        names[i] = run && run->definition ? run->definition : scenario->definition;
        const rh_workflow_definition *definition = find_definition(module, names[i]);
        ids[i] = run && run->options.workflow_id ? run->options.workflow_id
                                                 : definition->options.workflow_id;
        unsigned number = 1;
        for (size_t j = 0; !ids[i] && j < i; j++)
            number +=
                !strcmp(names[j], names[i]) && strncmp(ids[j], names[i], strlen(names[i])) == 0;
        if (!ids[i])
            ids[i] = number > 1 ? rh_format(arena, "%s-%u", names[i], number) : names[i];
    }
    return ids;
}

static bool is_id(const char *const *ids, const char *id)
{
    for (; *ids; ids++)
        if (!strcmp(*ids, id))
            return true;
    return false;
}

static bool runs_are_known(rh_reader *reader, const rh_scenario *scenario, const rh_module *module)
{
    const char *const *ids = run_ids(reader->arena, scenario, module);
    for (size_t i = 0; i < scenario->expectation_count; i++) {
        const rh_expectation *expectation = scenario->expectations[i];
        if (expectation->run && !is_id(ids, expectation->run)) {
            rh_yaml place = {.line = (uint32_t)expectation->place.line,
                             .column = (uint32_t)expectation->place.column,
                             .text = expectation->run};
            return rh_refuse_name(reader, &place, "run", ids);
        }
    }
    for (size_t i = 1; i < scenario->part_count; i++)
        for (size_t j = 0; j < scenario->parts[i]->events_count; j++) {
            const rh_scenario_event *event = &scenario->parts[i]->events[j];
            if (event->run && !is_id(ids, event->run))
                return rh_refuse_name(reader, event->run_node, "run", ids);
        }
    return true;
}

static bool bind_scenario(rh_reader *reader, rh_scenario *scenario, const rh_module *module)
{
    const rh_workflow_definition *definition = find_definition(module, scenario->definition);
    const char *json = definition->input;
    rh_error error;
    if (scenario->given && !definition->given)
        return rh_refuse(reader, scenario->parts[scenario->part_count - 1]->node,
                         "'given: true', but %s comes with no fixture of its own; write its mocks "
                         "under 'mocks:'",
                         scenario->definition);
    if (!scenario->has_input && json)
        scenario->input = rh_json_read(reader->arena, json, strlen(json), definition->name, &error);
    return runs_are_known(reader, scenario, module);
}

int rh_scenario_bind(rh_arena *arena, rh_scenario_file *file, const rh_loaded_module *modules,
                     size_t count, rh_error *error)
{
    rh_reader reader = {.arena = arena, .file = file->path, .error = error};
    size_t best = 0;
    while (best < count && !has_definitions(&reader, file, modules[best].module))
        best++;
    if (!count)
        return rh_error_set(error, file->path, file->part.definition_node->line,
                            file->part.definition_node->column,
                            "no shared object to find '%s' in; name one under 'workflows:' or with "
                            "--workflows",
                            file->part.definition);
    if (best == count)
        return -1; /* the error of the last one looked at */
    file->module = modules[best].module;
    file->module_path = modules[best].path;
    for (size_t i = 0; i < file->scenario_count; i++)
        if (!bind_scenario(&reader, &file->scenarios[i], file->module))
            return -1;
    return 0;
}
