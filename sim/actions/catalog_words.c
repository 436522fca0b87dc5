/* Command lines: which entry they are of, and which of their words are options and operands. */
#include "sim/actions/catalog_parts.h"

static const char *text_of(const rh_value *word)
{
    return rh_kind_of(word) == RH_STRING ? rh_text_of(word) : NULL;
}

/* What looks like an option: "-" alone is a file, what is unknown might be anything. */
static bool is_option(const rh_value *word)
{
    const char *text = text_of(word);
    return text && text[0] == '-' && text[1];
}

static bool is_assignment(const char *text)
{
    return text[0] != '=' && text[0] != '-' && strchr(text, '=');
}

/* ---- options --------------------------------------------------------------------------------- */

/* An option of a command, of one that it replaces, or of one that its name begins with. */
static const rh_known_option *find_option(const rh_known_node *node, const char *spelling,
                                          size_t length)
{
    uint64_t hash = rh_known_spelling_hash(spelling, length);
    for (; node; node = node->parent)
        for (const rh_known_command *command = node->command; command; command = command->older) {
            const rh_known_option *option = rh_known_option_get(command, hash, spelling, length);
            if (option)
                return option;
        }
    return NULL;
}

static bool has_one_dash(const rh_known_node *node)
{
    for (; node; node = node->parent)
        if (node->command && node->command->has_long_options_with_one_dash)
            return true;
    return false;
}

/* Told of each option: its name and its value, which is part `text` of `word` (NULL: it has
 * none). */
typedef void tell_option(void *data, const char *name, size_t name_length, const rh_value *word,
                         const char *text);

static void nobody(void *data, const char *name, size_t name_length, const rh_value *word,
                   const char *text)
{
    (void)data, (void)name, (void)name_length, (void)word, (void)text;
}

static void tell_value(tell_option *tell, void *data, const rh_known_option *option,
                       const rh_value *word, const char *text)
{
    tell(data, option->name, strlen(option->name), word, text);
}

/* "-sLo out": letters, of which the last may have a value in what follows. Returns how many words
 * it takes. */
static size_t take_letters(const rh_known_node *node, const rh_value *const *words, size_t left,
                           tell_option *tell, void *data)
{
    for (const char *letter = text_of(words[0]) + 1; *letter; letter++) {
        const char spelling[2] = {'-', *letter};
        const rh_known_option *option = find_option(node, spelling, 2);
        if (!option) {
            tell(data, letter, 1, NULL, NULL);
        } else if (!option->has_value) {
            tell_value(tell, data, option, NULL, NULL);
        } else if (letter[1]) {
            tell_value(tell, data, option, words[0], letter + 1);
            return 1;
        } else {
            tell_value(tell, data, option, left > 1 ? words[1] : NULL, NULL);
            return 2;
        }
    }
    return 1;
}

/* Takes the option that words[0] is; returns how many words it takes. */
static size_t take_option(const rh_known_node *node, const rh_value *const *words, size_t left,
                          tell_option *tell, void *data)
{
    const char *text = text_of(words[0]);
    size_t length = strcspn(text, "=");
    const rh_known_option *option = find_option(node, text, length);
    if (!option && text[1] != '-' && !has_one_dash(node))
        return take_letters(node, words, left, tell, data);
    size_t dashes = strspn(text, "-");
    const char *name = option ? option->name : text + (dashes < length ? dashes : 0);
    size_t name_length = option ? strlen(name) : (size_t)(text + length - name);
    if (text[length]) {
        tell(data, name, name_length, words[0], text + length + 1);
        return 1;
    }
    if (!option || !option->has_value) {
        tell(data, name, name_length, NULL, NULL);
        return 1;
    }
    tell(data, name, name_length, left > 1 ? words[1] : NULL, NULL);
    return 2;
}

/* ---- matching -------------------------------------------------------------------------------- */

/* A program by its path is the program. */
static const char *program_of(const char *word)
{
    const char *slash = word[0] == '/' ? strrchr(word, '/') : NULL;
    return slash ? slash + 1 : word;
}

/* Follows the words down the tree. *end is the word behind the last that was followed. */
static const rh_known_node *follow(const rh_actions_catalog *catalog, const rh_value *const *words,
                                   size_t count, size_t *end)
{
    const rh_known_node *node = NULL;
    size_t i = 0;
    while (i < count && (!node || node->has_below)) {
        if (node && is_option(words[i])) {
            if (!strcmp(text_of(words[i]), "--"))
                break;
            i += take_option(node, words + i, count - i, nobody, NULL);
            continue;
        }
        const char *text = text_of(words[i]);
        const rh_known_node *below =
            text ? rh_known_node_get(catalog, node, node ? text : program_of(text)) : NULL;
        if (!below)
            break;
        node = below;
        *end = ++i;
    }
    while (node && !node->command)
        node = node->parent;
    return node;
}

/* The word at which the command of a wrapper begins: "timeout -k 5 10m", "env A=b". */
static size_t behind_wrapper(const rh_known_command *wrapper, const rh_value *const *words,
                             size_t count, size_t at)
{
    int32_t own = wrapper->wrapped_operands;
    while (at < count) {
        const char *text = text_of(words[at]);
        if (is_option(words[at])) {
            bool ends = !strcmp(text, "--");
            at += ends ? 1 : take_option(wrapper->node, words + at, count - at, nobody, NULL);
            if (ends && own == 0)
                return at;
        } else if (text && is_assignment(text)) {
            at++;
        } else if (own > 0) {
            own--;
            at++;
        } else {
            return at;
        }
    }
    return count;
}

rh_known_match rh_known_match_words(const rh_actions_catalog *catalog, const rh_value *const *words,
                                    size_t count)
{
    rh_known_match match = {0};
    size_t begin = 0;
    while (begin < count) {
        size_t end = 0;
        const rh_known_node *node = follow(catalog, words + begin, count - begin, &end);
        if (!node)
            break;
        match = (rh_known_match){node->command, begin};
        if (!node->command->wraps)
            break;
        /* What is wrapped and not known: nothing is known. */
        size_t next = behind_wrapper(node->command, words, count, begin + end);
        if (next < count)
            match.command = NULL;
        begin = next;
    }
    return match;
}

/* ---- taking apart ---------------------------------------------------------------------------- */

typedef struct parts {
    rh_arena *arena;
    const rh_value **operands;
    size_t operand_count;
    rh_field *options;
    size_t option_count;
} parts;

static rh_value *new_value(rh_arena *arena, rh_kind kind, size_t count)
{
    rh_value *value = RH_NEW(arena, rh_value);
    value->kind = kind;
    value->count = (uint32_t)count;
    return value;
}

/* The end of a word, from `text` on, is text of its own. */
static const rh_value *option_value(rh_arena *arena, const rh_value *word, const char *text)
{
    if (!word)
        return rh_value_boolean(arena, true);
    if (!text)
        return word;
    size_t skipped = (size_t)(text - rh_text_of(word));
    rh_value *value = new_value(arena, RH_STRING, word->count - skipped);
    value->flags = word->flags & (RH_SECRET | RH_TAINTED);
    value->as.text = text;
    return value;
}

/* Two values of one option: lines of a text; unknown if one of them is. */
static const rh_value *both(rh_arena *arena, const rh_value *first, const rh_value *second)
{
    uint8_t flags = (first->flags | second->flags) & (RH_SECRET | RH_TAINTED);
    if (rh_kind_of(second) == RH_UNKNOWN || rh_kind_of(first) == RH_UNKNOWN)
        return rh_value_flagged(arena, rh_kind_of(first) == RH_UNKNOWN ? first : second, flags);
    if (rh_kind_of(first) != RH_STRING || rh_kind_of(second) != RH_STRING)
        return second;
    const char *lines = rh_format(arena, "%s\n%s", rh_text_of(first), rh_text_of(second));
    return rh_value_flagged(arena, rh_value_string(arena, lines, strlen(lines)), flags);
}

static void keep_option(void *data, const char *name, size_t name_length, const rh_value *word,
                        const char *text)
{
    parts *all = data;
    const rh_value *value = option_value(all->arena, word, text);
    for (size_t i = 0; i < all->option_count; i++) {
        rh_field *known = &all->options[i];
        if (!strncmp(known->key, name, name_length) && !known->key[name_length]) {
            known->value = both(all->arena, known->value, value);
            return;
        }
    }
    all->options[all->option_count++] =
        (rh_field){rh_arena_text(all->arena, name, name_length), value};
}

static size_t length_of(const rh_value *word)
{
    return rh_kind_of(word) == RH_STRING ? word->count : 0;
}

static const rh_value *line_of(rh_arena *arena, const rh_value *const *words, size_t count)
{
    uint8_t flags = 0;
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (rh_kind_of(words[i]) == RH_UNKNOWN)
            return words[i];
        flags |= words[i]->flags & (RH_SECRET | RH_TAINTED);
        length += length_of(words[i]) + 1;
    }
    char *text = rh_arena_alloc(arena, length + 1), *end = text;
    for (size_t i = 0; i < count; i++) {
        if (i)
            *end++ = ' ';
        memcpy(end, rh_text_of(words[i]), length_of(words[i]));
        end += length_of(words[i]);
    }
    *end = '\0';
    rh_value *line = new_value(arena, RH_STRING, (size_t)(end - text));
    line->flags = flags;
    line->as.text = text;
    return line;
}

/* Every letter of a word may be an option of its own. */
static size_t most_options(const rh_value *const *words, size_t count)
{
    size_t most = count;
    for (size_t i = 0; i < count; i++)
        most += is_option(words[i]) ? words[i]->count : 0;
    return most;
}

const rh_value *rh_known_take_apart(rh_arena *arena, const rh_known_command *command,
                                    const rh_value *const *words, size_t count)
{
    parts all = {
        .arena = arena,
        .operands = RH_NEW_ARRAY(arena, const rh_value *, count + 1),
        .options = RH_NEW_ARRAY(arena, rh_field, most_options(words, count) + 1),
    };
    uint32_t name_words = command->node->depth;
    bool only_operands = false;
    for (size_t i = 0; i < count;) {
        if (!only_operands && is_option(words[i])) {
            only_operands = !strcmp(text_of(words[i]), "--");
            i += only_operands
                     ? 1
                     : take_option(command->node, words + i, count - i, keep_option, &all);
        } else if (name_words > 0) {
            name_words--;
            i++;
        } else {
            all.operands[all.operand_count++] = words[i++];
        }
    }
    rh_value *operands = new_value(arena, RH_LIST, all.operand_count);
    operands->as.items = all.operands;
    rh_value *options = new_value(arena, RH_OBJECT, all.option_count);
    options->as.fields = all.options;
    const rh_field parts_of_line[] = {{"operands", operands},
                                      {"options", options},
                                      {"line", line_of(arena, words, count)}};
    rh_field *fields = rh_arena_alloc(arena, sizeof parts_of_line);
    memcpy(fields, parts_of_line, sizeof parts_of_line);
    rh_value *inputs = new_value(arena, RH_OBJECT, 3);
    inputs->as.fields = fields;
    return inputs;
}
