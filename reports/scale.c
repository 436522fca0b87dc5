#include "reports/scale.h"

__extension__ typedef unsigned __int128 wide;

/* A gap is cut if it is so many times longer than all that is not cut: a busy one only if otherwise
 * the rest would share a column or so. */
enum { BUSY_RATIO = 64, IDLE_RATIO = 4 };

void rh_scale_begin(rh_scale *scale, rh_time start)
{
    *scale = (rh_scale){.start = start, .end = start};
}

static uint64_t length_of(const rh_scale_cut *gap)
{
    return (uint64_t)gap->to - (uint64_t)gap->from;
}

/* How much a gap asks to be cut. */
static wide weight_of(const rh_scale_cut *gap)
{
    return (wide)length_of(gap) * (gap->busy ? 1 : BUSY_RATIO / IDLE_RATIO);
}

void rh_scale_add(rh_scale *scale, rh_time instant, bool busy)
{
    if (instant <= scale->end)
        return;
    rh_scale_cut gap = {.from = scale->end, .to = instant, .busy = busy};
    scale->end = instant;
    scale->busy += busy ? length_of(&gap) : 0;
    size_t at = scale->cut_count;
    if (at == RH_SCALE_CUTS) {
        if (weight_of(&gap) <= weight_of(&scale->cuts[--at]))
            return;
    } else {
        scale->cut_count++;
    }
    for (; at > 0 && weight_of(&scale->cuts[at - 1]) < weight_of(&gap); at--)
        scale->cuts[at] = scale->cuts[at - 1];
    scale->cuts[at] = gap;
}

/* The fewest cuts after which every cut gap is far longer than all the rest together. The rest must
 * be worth the room: work, unless there is none at all. */
static size_t choose(const rh_scale *scale, size_t limit, uint64_t *linear)
{
    uint64_t rest = (uint64_t)scale->end - (uint64_t)scale->start, busy = scale->busy;
    *linear = rest;
    for (size_t i = 0; i < scale->cut_count && i < limit; i++) {
        rest -= length_of(&scale->cuts[i]);
        busy -= scale->cuts[i].busy ? length_of(&scale->cuts[i]) : 0;
        if (rest == 0)
            break;
        if (weight_of(&scale->cuts[i]) > (wide)rest * BUSY_RATIO &&
            (busy >= rest / 2 || scale->busy == 0)) {
            *linear = rest;
            return i + 1;
        }
    }
    return 0;
}

static size_t linear_columns(const rh_scale *scale, uint64_t ns)
{
    size_t columns = scale->columns - scale->cut_count * scale->cut_columns;
    return scale->linear ? (size_t)((wide)ns * columns / scale->linear) : 0;
}

void rh_scale_finish(rh_scale *scale, size_t columns)
{
    scale->columns = columns;
    scale->cut_columns = columns / 10 < 3 ? 3 : columns / 10;
    scale->cut_count = choose(scale, columns / scale->cut_columns / 2, &scale->linear);
    for (size_t i = 1; i < scale->cut_count; i++) {
        rh_scale_cut cut = scale->cuts[i];
        size_t at = i;
        for (; at > 0 && scale->cuts[at - 1].from > cut.from; at--)
            scale->cuts[at] = scale->cuts[at - 1];
        scale->cuts[at] = cut;
    }
    uint64_t before = 0;
    for (size_t i = 0; i < scale->cut_count; i++) {
        rh_scale_cut *cut = &scale->cuts[i];
        uint64_t from = (uint64_t)cut->from - (uint64_t)scale->start;
        cut->column = linear_columns(scale, from - before) + i * scale->cut_columns;
        before += length_of(cut);
    }
}

size_t rh_scale_column(const rh_scale *scale, rh_time time)
{
    if (time <= scale->start)
        return 0;
    if (time >= scale->end)
        return scale->columns;
    uint64_t ns = (uint64_t)time - (uint64_t)scale->start;
    size_t shift = 0;
    for (size_t i = 0; i < scale->cut_count && scale->cuts[i].from < time; i++) {
        const rh_scale_cut *cut = &scale->cuts[i];
        if (time < cut->to) {
            uint64_t inside = (uint64_t)time - (uint64_t)cut->from;
            return cut->column + (size_t)((wide)inside * scale->cut_columns / length_of(cut));
        }
        ns -= length_of(cut);
        shift += scale->cut_columns;
    }
    return linear_columns(scale, ns) + shift;
}
