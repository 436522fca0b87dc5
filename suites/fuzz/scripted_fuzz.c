/* The scripted format: whatever the text, it is read or refused with a place; what is read is
 * played, within bounds, and gives the same journal twice. */
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include "sim/scripted/scripted.h"
#include "sim/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every attempt fails or succeeds by its number. */
static rh_stage_answer start(void *stage, rh_attempt *attempt, rh_script *script)
{
    rh_attempt_view view = rh_attempt_look(attempt);
    (void)stage;
    script->takes = RH_SECONDS(view.attempt % 7);
    script->heartbeat_every = RH_SECONDS(3);
    if (view.attempt % 3 == 2)
        script->end = RH_END_HANGS;
    else if (view.attempt % 5)
        script->failure = NULL;
    return RH_STAGE_SCRIPT;
}

static const rh_stage stage = {.start = start};

static uint64_t play(rh_world *world, const rh_scripted *script)
{
    static const rh_world_options bounds = {.max_entries = 5000, .max_skips = 1000};
    jmp_buf escape;
    world->escape = &escape;
    if (!setjmp(escape)) {
        rh_world_reset(world, &bounds);
        rh_world_set_stage(world, &stage, NULL);
        rh_text message = rh_text_in(&world->arena);
        rh_execution_start(world,
                           &(rh_start_request){.dialect = &rh_scripted_dialect,
                                               .definition = script,
                                               .workflow_type = "Fuzz",
                                               .options = {.workflow_id = "fuzz"}},
                           &message);
        rh_world_play(world, RH_FOREVER);
    }
    return world->journal.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rh_arena arena;
    rh_error error = {.message = ""};
    rh_arena_init(&arena, NULL, NULL);
    const rh_scripted *script =
        rh_scripted_read(&arena, (const char *)data, size, "fuzz", 1, &error);
    if (script) {
        rh_world world;
        rh_world_init(&world);
        if (play(&world, script) != play(&world, script))
            abort();
        rh_world_free(&world);
    } else if (!error.message[0] || !error.line) {
        abort();
    }
    rh_arena_free(&arena);
    return 0;
}
