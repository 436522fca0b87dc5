#include "sim/base/yaml.h"

#include <yaml.h>

#include "sim/base/ascii.h"
#include "sim/base/hash.h"
#include "sim/base/lines.h"

#define DEFAULT_NODES 50000u
#define DEFAULT_DEPTH 50u
#define DEPTH_LIMIT 250u
#define DEFAULT_BYTES ((size_t)4 << 20)
#define CORE "tag:yaml.org,2002:"

typedef struct anchor {
    const char *name;
    const rh_yaml *node; /* NULL while it is being read */
    struct anchor *next;
} anchor;

/* A collection that is being read. */
typedef struct open_node {
    rh_yaml *node;
    anchor *name;             /* NULL: none */
    const rh_yaml **children; /* of a mapping: key, value, key, value ... */
    size_t count, capacity;
} open_node;

typedef struct reader {
    rh_arena *arena;
    const char *text, *file;
    size_t length;
    rh_error *error;
    rh_yaml_options limits;
    yaml_parser_t parser;

    size_t *lines; /* where each begins */
    size_t line_count, line_capacity;
    size_t index, byte; /* the last mark: in characters, in bytes */

    open_node open[DEPTH_LIMIT + 1];
    uint32_t depth;
    uint32_t nodes;
    anchor *anchors; /* newest first */
    const rh_yaml *root;
    rh_yaml_trouble trouble;
} reader;

/* ---- places ---------------------------------------------------------------------------------- */

static void add_line(reader *r, size_t start)
{
    r->lines = rh_arena_reserve(r->arena, r->lines, sizeof *r->lines, r->line_count + 1,
                                &r->line_capacity);
    r->lines[r->line_count++] = start;
}

static void find_lines(reader *r)
{
    add_line(r, 0);
    for (size_t i = 0; i < r->length; i++)
        if (r->text[i] == '\n' || (r->text[i] == '\r' && r->text[i + 1] != '\n'))
            add_line(r, i + 1);
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* libyaml counts characters. Marks mostly go forward, so the way from the last one is short. */
static size_t byte_of(reader *r, const yaml_mark_t *mark)
{
    while (r->index < mark->index && r->byte < r->length) {
        r->byte++;
        while (r->byte < r->length && is_continuation(r->text[r->byte]))
            r->byte++;
        r->index++;
    }
    while (r->index > mark->index && r->byte > 0) {
        r->byte--;
        while (r->byte > 0 && is_continuation(r->text[r->byte]))
            r->byte--;
        r->index--;
    }
    return r->byte;
}

static void find_place(const reader *r, size_t byte, uint32_t *line, uint32_t *column)
{
    rh_lines_place(&(rh_lines){r->lines, r->line_count}, byte, line, column);
}

static bool fail(reader *r, size_t byte, const char *message)
{
    uint32_t line, column;
    find_place(r, byte, &line, &column);
    rh_error_set(r->error, r->file, line, column, "%s", message);
    r->trouble = (rh_yaml_trouble){RH_YAML_CONTENT, line};
    return false;
}

static bool fail_at_last(reader *r, size_t byte, const char *message)
{
    fail(r, byte, message);
    r->trouble.kind = RH_YAML_FINAL;
    return false;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static anchor *find_anchor(const reader *r, const char *name)
{
    for (anchor *known = r->anchors; known; known = known->next)
        if (!strcmp(known->name, name))
            return known;
    return NULL;
}

static anchor *new_anchor(reader *r, const yaml_char_t *name)
{
    if (!name)
        return NULL;
    anchor *made = RH_NEW(r->arena, anchor);
    made->name = rh_arena_string(r->arena, (const char *)name);
    made->next = r->anchors;
    r->anchors = made;
    return made;
}

static bool count_nodes(reader *r, uint32_t count, size_t byte)
{
    if (count > r->limits.max_nodes - r->nodes)
        return fail_at_last(r, byte,
                            rh_format(r->arena,
                                      "more than %u nodes (aliases count as often as used)",
                                      r->limits.max_nodes));
    r->nodes += count;
    return true;
}

/* Where a node belongs: into the innermost open collection. */
static bool place_node(reader *r, const rh_yaml *node, size_t byte)
{
    if (r->depth + node->depth > r->limits.max_depth)
        return fail(r, byte,
                    rh_format(r->arena, "nested deeper than %u levels", r->limits.max_depth));
    if (r->depth == 0) {
        r->root = node;
        return true;
    }
    open_node *into = &r->open[r->depth - 1];
    bool is_key = into->node->kind == RH_YAML_MAPPING && into->count % 2 == 0;
    if (is_key && node->kind != RH_YAML_SCALAR)
        return fail(r, byte, "a key must be text, not a list or mapping; quote it");
    if (is_key && strlen(node->text) != node->count)
        return fail(r, byte, "a key holds the character NUL");
    into->children = rh_arena_reserve(r->arena, into->children, sizeof *into->children,
                                      into->count + 1, &into->capacity);
    into->children[into->count++] = node;
    return true;
}

static rh_yaml *new_node(reader *r, const yaml_event_t *event, rh_yaml_kind kind)
{
    rh_yaml *node = RH_NEW(r->arena, rh_yaml);
    node->kind = (uint8_t)kind;
    node->size = 1;
    node->begin = byte_of(r, &event->start_mark);
    node->end = byte_of(r, &event->end_mark);
    find_place(r, node->begin, &node->line, &node->column);
    return node;
}

static bool unknown_tag(reader *r, const rh_yaml *node, const char *tag)
{
    if (!strncmp(tag, CORE, strlen(CORE)))
        tag = rh_format(r->arena, "!!%s", tag + strlen(CORE));
    return fail(r, node->begin,
                rh_format(r->arena, "unknown tag '%s'; quote the text if no tag is meant", tag));
}

static uint8_t scalar_style(yaml_scalar_style_t style)
{
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        return RH_YAML_SINGLE_QUOTED;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return RH_YAML_DOUBLE_QUOTED;
    case YAML_LITERAL_SCALAR_STYLE:
        return RH_YAML_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE:
        return RH_YAML_FOLDED;
    default:
        return RH_YAML_PLAIN;
    }
}

/* A tag of the core schema demands a type; `!` makes text of anything. */
static bool type_scalar(reader *r, rh_yaml *node, const char *tag)
{
    static const struct {
        const char *tag;
        rh_kind kind;
    } tags[] = {{"null", RH_NULL},
                {"bool", RH_BOOLEAN},
                {"int", RH_INTEGER},
                {"float", RH_NUMBER},
                {"str", RH_STRING}};
    node->type = RH_STRING;
    if (!tag) {
        if (node->style == RH_YAML_PLAIN)
            rh_yaml_resolve(r->arena, node);
        return true;
    }
    if (!strcmp(tag, "!"))
        return true;
    size_t i = 0;
    while (i < 5 && (strncmp(tag, CORE, strlen(CORE)) || strcmp(tag + strlen(CORE), tags[i].tag)))
        i++;
    if (i == 5)
        return unknown_tag(r, node, tag);
    if (tags[i].kind == RH_STRING)
        return true;
    rh_yaml_resolve(r->arena, node);
    if (tags[i].kind == RH_NUMBER && node->type == RH_INTEGER) {
        node->type = RH_NUMBER;
        node->as.number = (double)node->as.integer;
    }
    if (node->type != tags[i].kind)
        return fail(r, node->begin,
                    rh_format(r->arena, "'%s' is not what its tag !!%s says", node->text,
                              tags[i].tag));
    return true;
}

static bool read_scalar(reader *r, const yaml_event_t *event)
{
    anchor *named = new_anchor(r, event->data.scalar.anchor);
    rh_yaml *node = new_node(r, event, RH_YAML_SCALAR);
    if (event->data.scalar.length > UINT32_MAX || !count_nodes(r, 1, node->begin))
        return false;
    node->style = scalar_style(event->data.scalar.style);
    if (node->style == RH_YAML_LITERAL || node->style == RH_YAML_FOLDED)
        while (strchr("\r\n ", r->text[node->end - 1]))
            node->end--; /* the line break before the next thing is not its own */
    node->count = (uint32_t)event->data.scalar.length;
    node->text = rh_arena_text(r->arena, (const char *)event->data.scalar.value, node->count);
    if (!type_scalar(r, node, (const char *)event->data.scalar.tag))
        return false;
    if (named)
        named->node = node;
    return place_node(r, node, node->begin);
}

static bool read_alias(reader *r, const yaml_event_t *event)
{
    size_t byte = byte_of(r, &event->start_mark);
    const char *name = (const char *)event->data.alias.anchor;
    const anchor *known = find_anchor(r, name);
    if (!known) {
        fail(r, byte, rh_format(r->arena, "there is no anchor '&%s' before this", name));
        r->trouble.kind = RH_YAML_ANCHOR;
        return false;
    }
    if (!known->node)
        return fail(r, byte, rh_format(r->arena, "'*%s' stands inside its own anchor", name));
    return count_nodes(r, known->node->size, byte) && place_node(r, known->node, byte);
}

static bool open_collection(reader *r, const yaml_event_t *event, rh_yaml_kind kind)
{
    bool is_mapping = kind == RH_YAML_MAPPING;
    const char *tag =
        (const char *)(is_mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag);
    bool is_flow = is_mapping ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                              : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    rh_yaml *node = new_node(r, event, kind);
    node->style = is_flow ? RH_YAML_FLOW : RH_YAML_BLOCK;
    node->type = is_mapping ? RH_OBJECT : RH_LIST;
    if (tag && strcmp(tag, "!") && strcmp(tag, is_mapping ? CORE "map" : CORE "seq"))
        return unknown_tag(r, node, tag);
    if (r->depth >= r->limits.max_depth)
        return fail(r, node->begin,
                    rh_format(r->arena, "nested deeper than %u levels", r->limits.max_depth));
    if (!count_nodes(r, 1, node->begin))
        return false;
    anchor *name = new_anchor(r, is_mapping ? event->data.mapping_start.anchor
                                            : event->data.sequence_start.anchor);
    r->open[r->depth++] = (open_node){.node = node, .name = name};
    return true;
}

/* ---- duplicate keys -------------------------------------------------------------------------- */

static char folded(const reader *r, char c)
{
    return r->limits.fold_keys ? rh_ascii_lower(c) : c;
}

static bool same_key(const reader *r, const rh_yaml *left, const rh_yaml *right)
{
    if (left->count != right->count)
        return false;
    for (uint32_t i = 0; i < left->count; i++)
        if (folded(r, left->text[i]) != folded(r, right->text[i]))
            return false;
    return true;
}

static uint64_t hash_key(const reader *r, const rh_yaml *key)
{
    uint64_t hash = RH_HASH_SEED;
    for (uint32_t i = 0; i < key->count; i++)
        hash = rh_hash_mix(hash, (unsigned char)folded(r, key->text[i]));
    return hash;
}

static bool refuse_twice(reader *r, const rh_yaml *key, const rh_yaml *first)
{
    if (r->limits.on_duplicate) {
        r->limits.on_duplicate(r->limits.data, key, first);
        return true;
    }
    return fail(r, key->begin,
                rh_format(r->arena, "the key '%s' stands here twice, first in line %u", key->text,
                          first->line));
}

/* Every key stands in a table of slots; meeting an equal one on the way is the mistake. *count is
 * how many pairs are left. */
static bool keys_differ(reader *r, rh_yaml_pair *pairs, size_t *count)
{
    size_t given = *count, kept = 0;
    size_t capacity = 4;
    while (capacity < given * 2)
        capacity *= 2;
    const rh_yaml **slots = RH_NEW_ARRAY(r->arena, const rh_yaml *, capacity);
    for (size_t i = 0; i < given; i++) {
        const rh_yaml *key = pairs[i].key;
        size_t at = (size_t)hash_key(r, key) & (capacity - 1);
        while (slots[at] && !same_key(r, slots[at], key))
            at = (at + 1) & (capacity - 1);
        if (slots[at]) {
            if (!refuse_twice(r, key, slots[at]))
                return false;
            continue;
        }
        slots[at] = key;
        pairs[kept++] = pairs[i];
    }
    *count = kept;
    return true;
}

static bool close_mapping(reader *r, open_node *done)
{
    rh_yaml *node = done->node;
    size_t count = done->count / 2;
    rh_yaml_pair *pairs = RH_NEW_ARRAY(r->arena, rh_yaml_pair, count);
    for (size_t i = 0; i < count; i++)
        pairs[i] = (rh_yaml_pair){done->children[2 * i], done->children[2 * i + 1]};
    bool is_fine = keys_differ(r, pairs, &count);
    node->as.pairs = pairs;
    node->count = (uint32_t)count;
    return is_fine;
}

/* A block ends, for libyaml, where the next thing begins; here, where its last part ends. */
static void find_end(reader *r, open_node *done, const yaml_event_t *event)
{
    rh_yaml *node = done->node;
    node->end = node->style == RH_YAML_FLOW ? byte_of(r, &event->end_mark) : node->begin;
    for (size_t i = 0; i < done->count; i++) {
        const rh_yaml *child = done->children[i];
        if (node->style == RH_YAML_BLOCK && child->end > node->end)
            node->end = child->end;
        node->size += child->size;
        if (child->depth >= node->depth)
            node->depth = child->depth;
    }
    node->depth++;
}

static bool close_collection(reader *r, const yaml_event_t *event)
{
    open_node *done = &r->open[--r->depth];
    rh_yaml *node = done->node;
    find_end(r, done, event);
    if (node->kind == RH_YAML_SEQUENCE) {
        node->as.items = done->children;
        node->count = (uint32_t)done->count;
    } else if (!close_mapping(r, done)) {
        return false;
    }
    if (done->name)
        done->name->node = node;
    return place_node(r, node, node->begin);
}

/* ---- events ---------------------------------------------------------------------------------- */

/* The innermost or outermost collection in brackets that is open; NULL: none. */
static const rh_yaml *open_brackets(const reader *r, bool outermost)
{
    const rh_yaml *found = NULL;
    for (uint32_t i = 0; i < r->depth && !(found && outermost); i++)
        if (r->open[i].node->style == RH_YAML_FLOW)
            found = r->open[i].node;
    return found;
}

/* What is missing at the end of the text is told there; it is broken where it begins. */
static bool syntax_failed(reader *r, size_t byte, const char *context)
{
    static const char in_flow[] = "while parsing a flow";
    const char *words = rh_yaml_explain(r->parser.problem, r->text + byte);
    const rh_yaml *inner = open_brackets(r, false), *outer = open_brackets(r, true);
    bool is_end = r->text[byte + strspn(r->text + byte, " \r\n")] == '\0';
    bool is_between = inner && !strncmp(context, in_flow, sizeof in_flow - 1);
    if (is_between && is_end)
        words = inner->kind == RH_YAML_SEQUENCE ? "the file ends inside a list in brackets"
                                                : "the file ends inside a mapping in braces";
    if (is_between)
        words = rh_format(r->arena, "%s that begins in line %u", words, inner->line);
    fail(r, byte, words);
    r->trouble.kind = RH_YAML_SYNTAX;
    if (outer)
        r->trouble.line = outer->line;
    return false;
}

static bool libyaml_failed(reader *r)
{
    const yaml_parser_t *parser = &r->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        rh_error_set(r->error, r->file, 0, 0, "out of memory");
        r->trouble.kind = RH_YAML_FINAL;
        return false;
    }
    const char *context = parser->context ? parser->context : "";
    const yaml_mark_t *mark = &parser->problem_mark;
    bool is_open = !strcmp(context, "while scanning a simple key") ||
                   !strcmp(context, "while scanning a quoted scalar");
    if (is_open) /* what is missing at the end is better told at the beginning */
        mark = &parser->context_mark;
    size_t byte = parser->error == YAML_READER_ERROR ? parser->problem_offset : byte_of(r, mark);
    if (byte > r->length)
        byte = r->length;
    return syntax_failed(r, byte, context);
}

static bool take_event(reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (!r->root)
            return true;
        return fail_at_last(r, byte_of(r, &event->start_mark),
                            "a second document; a file is one document");
    case YAML_SCALAR_EVENT:
        return read_scalar(r, event);
    case YAML_ALIAS_EVENT:
        return read_alias(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(r, event, RH_YAML_SEQUENCE);
    case YAML_MAPPING_START_EVENT:
        return open_collection(r, event, RH_YAML_MAPPING);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_collection(r, event);
    default:
        return true;
    }
}

static bool read_events(reader *r)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return libyaml_failed(r);
        more = event.type != YAML_STREAM_END_EVENT && event.type != YAML_NO_EVENT;
        bool good = take_event(r, &event);
        yaml_event_delete(&event);
        if (!good)
            return false;
    }
    return true;
}

static const rh_yaml *nothing(rh_arena *arena)
{
    rh_yaml *node = RH_NEW(arena, rh_yaml);
    node->line = node->column = node->size = 1;
    node->text = "";
    return node;
}

static rh_yaml_options limits_of(const rh_yaml_options *options)
{
    rh_yaml_options limits = options ? *options : (rh_yaml_options){0};
    if (!limits.max_nodes)
        limits.max_nodes = DEFAULT_NODES;
    if (!limits.max_depth)
        limits.max_depth = DEFAULT_DEPTH;
    if (limits.max_depth > DEPTH_LIMIT)
        limits.max_depth = DEPTH_LIMIT;
    if (!limits.max_bytes || limits.max_bytes > UINT32_MAX / 2)
        limits.max_bytes = DEFAULT_BYTES;
    return limits;
}

static void tell_trouble(const reader *r)
{
    if (r->limits.trouble)
        *r->limits.trouble = r->trouble;
}

const rh_yaml *rh_yaml_read(rh_arena *arena, const char *text, size_t length, const char *file,
                            const rh_yaml_options *options, rh_error *error)
{
    reader *r = RH_NEW(arena, reader);
    r->arena = arena;
    r->file = file;
    r->error = error;
    r->limits = limits_of(options);
    r->trouble.kind = RH_YAML_FINAL; /* unless it is something else */
    if (length > r->limits.max_bytes) {
        rh_error_set(error, file, 0, 0, "larger than %zu bytes", r->limits.max_bytes);
        tell_trouble(r);
        return NULL;
    }
    r->text = rh_arena_text(arena, text, length);
    r->length = length;
    find_lines(r);
    if (!yaml_parser_initialize(&r->parser)) {
        rh_error_set(error, file, 0, 0, "out of memory");
        tell_trouble(r);
        return NULL;
    }
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)r->text, length);
    bool good = read_events(r);
    yaml_parser_delete(&r->parser);
    if (!good) {
        tell_trouble(r);
        return NULL;
    }
    return r->root ? r->root : nothing(arena);
}
