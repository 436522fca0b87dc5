#include "sim/actions/written.h"

#include "sim/expression/expression.h"

rh_written rh_written_join(rh_arena *arena, const rh_value *const *pieces, size_t count)
{
    rh_text text = rh_text_in(arena);
    rh_mark *marks = RH_NEW_ARRAY(arena, rh_mark, count);
    for (size_t i = 0; i < count; i++) {
        const rh_value *piece = pieces[i];
        rh_mark *mark = &marks[i];
        mark->begin = text.length;
        if (rh_kind_of(piece) == RH_UNKNOWN) {
            mark->unknown = piece;
        } else if (piece) {
            piece = rh_value_as_string(arena, piece);
            rh_text_add(&text, piece->as.text, piece->count);
        }
        mark->end = text.length;
        mark->flags = piece ? piece->flags & (RH_SECRET | RH_TAINTED) : 0;
    }
    size_t length = text.length;
    return (rh_written){
        .text = rh_text_string(&text), .length = length, .marks = marks, .mark_count = count};
}

/* Whether a piece stands in the part. One that has text must share some of it, or go around it if
 * the part is empty; one that came to nothing stands at both ends. */
static bool stands_in(const rh_mark *mark, size_t begin, size_t end)
{
    if (mark->begin == mark->end)
        return mark->begin >= begin && mark->begin <= end;
    return mark->begin < end && mark->end > begin;
}

const rh_value *rh_written_hole(const rh_written *written, size_t begin, size_t end)
{
    for (size_t i = 0; i < written->mark_count; i++) {
        const rh_mark *mark = &written->marks[i];
        if (mark->unknown && stands_in(mark, begin, end))
            return mark->unknown;
    }
    return NULL;
}

uint8_t rh_written_flags(const rh_written *written, size_t begin, size_t end)
{
    unsigned flags = 0;
    for (size_t i = 0; i < written->mark_count; i++)
        if (stands_in(&written->marks[i], begin, end))
            flags |= written->marks[i].flags;
    return (uint8_t)flags;
}

const rh_value *rh_written_part_as(rh_arena *arena, const rh_written *written, size_t begin,
                                   size_t end, const char *text, size_t length)
{
    const rh_value *hole = rh_written_hole(written, begin, end);
    uint8_t flags = rh_written_flags(written, begin, end);
    if (hole)
        return rh_value_unknown(arena, rh_value_origin(hole), flags);
    const rh_value *string = rh_value_string(arena, text, length);
    return flags ? rh_value_flagged(arena, string, flags) : string;
}

const rh_value *rh_written_part(rh_arena *arena, const rh_written *written, size_t begin,
                                size_t end)
{
    return rh_written_part_as(arena, written, begin, end, written->text + begin, end - begin);
}

const char *rh_written_show(rh_arena *arena, const rh_written *written, size_t begin, size_t end)
{
    rh_text text = rh_text_in(arena);
    size_t at = begin;
    for (size_t i = 0; i < written->mark_count; i++) {
        const rh_mark *mark = &written->marks[i];
        if (!mark->unknown || !stands_in(mark, begin, end))
            continue;
        rh_text_add(&text, written->text + at, mark->begin - at);
        rh_text_puts(&text, "<unknown>");
        at = mark->begin;
    }
    rh_text_add(&text, written->text + at, end - at);
    return rh_text_string(&text);
}

static const rh_mark *next_hole(const rh_written *written, size_t *index, size_t begin, size_t end)
{
    while (*index < written->mark_count) {
        const rh_mark *mark = &written->marks[(*index)++];
        if (mark->unknown && stands_in(mark, begin, end))
            return mark;
    }
    return NULL;
}

bool rh_written_same(const rh_written *written, size_t begin, size_t end, size_t other_begin,
                     size_t other_end)
{
    if (end - begin != other_end - other_begin ||
        memcmp(written->text + begin, written->text + other_begin, end - begin) != 0)
        return false;
    for (size_t i = 0, k = 0;;) {
        const rh_mark *hole = next_hole(written, &i, begin, end);
        const rh_mark *other = next_hole(written, &k, other_begin, other_end);
        if (!hole || !other)
            return !hole && !other;
        if (hole->begin - begin != other->begin - other_begin ||
            strcmp(rh_value_origin(hole->unknown), rh_value_origin(other->unknown)) != 0)
            return false;
    }
}
