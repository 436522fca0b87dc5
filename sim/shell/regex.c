/* POSIX extended regular expressions for [[ =~ ]]: compiled to a small program whose threads run in
 * step, so that time is bounded by the product of the lengths, and the stack by nothing in them. */
#include "sim/shell/play.h"

enum { MOST_CODE = 2000, MOST_NESTING = 12, MOST_REPEATS = 255, SLOTS = 20 };

typedef enum opcode { BYTE, ANY, SET, SPLIT, JUMP, SAVE, BEGIN, END, MATCH } opcode;

typedef struct instruction {
    uint8_t op;
    unsigned char byte;
    uint16_t first, second; /* SPLIT: preferred first; JUMP: first; SAVE: slot */
    const uint8_t *set;     /* 256 bits */
} instruction;

typedef struct compiler {
    rh_arena *arena;
    const char *at;
    instruction *code;
    uint16_t count;
    int nesting, groups;
    bool any_case, failed;
} compiler;

static uint16_t emit(compiler *to, opcode op)
{
    if (to->count >= MOST_CODE - 1) {
        to->failed = true;
        return to->count;
    }
    to->code[to->count] = (instruction){.op = (uint8_t)op};
    return to->count++;
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c ^ 0x20) : c;
}

/* ---- compiling ------------------------------------------------------------------------------- */

static void add_class(uint8_t *set, const char *name, size_t length)
{
    static const char *const names[] = {"alpha", "digit", "alnum",  "upper",
                                        "lower", "space", "xdigit", "punct"};
    for (unsigned c = 1; c < 256; c++) {
        bool up = c >= 'A' && c <= 'Z', low = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        bool graph = c > 32 && c < 127;
        const bool in[] = {up || low,
                           digit,
                           up || low || digit,
                           up,
                           low,
                           c == 32 || (c >= 9 && c <= 13),
                           hex,
                           graph && !up && !low && !digit};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0 && in[i])
                set[c >> 3] |= (uint8_t)(1u << (c & 7));
    }
}

static void compile_set(compiler *to)
{
    uint8_t *set = rh_arena_zeroed(to->arena, 32);
    const char *at = to->at + 1;
    bool negated = *at == '^';
    at += negated;
    for (bool first = true; *at && (*at != ']' || first); first = false) {
        if (at[0] == '[' && at[1] == ':') {
            const char *close = strstr(at, ":]");
            if (close) {
                add_class(set, at + 2, (size_t)(close - at) - 2);
                at = close + 2;
                continue;
            }
        }
        unsigned low = (unsigned char)*at++;
        unsigned high = low;
        if (at[0] == '-' && at[1] && at[1] != ']') {
            high = (unsigned char)at[1];
            at += 2;
        }
        for (unsigned c = low; c <= high; c++)
            set[c >> 3] |= (uint8_t)(1u << (c & 7));
    }
    to->failed = to->failed || *at != ']';
    to->at = *at ? at + 1 : at;
    for (unsigned c = 'a'; to->any_case && c <= 'z'; c++)
        if ((set[c >> 3] >> (c & 7) & 1) || (set[(c ^ 32) >> 3] >> ((c ^ 32) & 7) & 1)) {
            set[c >> 3] |= (uint8_t)(1u << (c & 7));
            set[(c ^ 32) >> 3] |= (uint8_t)(1u << ((c ^ 32) & 7));
        }
    for (int i = 0; negated && i < 32; i++)
        set[i] = (uint8_t)~set[i];
    uint16_t here = emit(to, SET);
    to->code[here].set = set;
}

static void compile_choice(compiler *to);

static void compile_group(compiler *to)
{
    int group = ++to->groups;
    if (++to->nesting > MOST_NESTING)
        to->failed = true;
    to->at++;
    to->code[emit(to, SAVE)].first = (uint16_t)(2 * group);
    if (!to->failed)
        compile_choice(to);
    to->code[emit(to, SAVE)].first = (uint16_t)(2 * group + 1);
    to->failed = to->failed || *to->at != ')';
    to->at += *to->at == ')';
    to->nesting--;
}

static void compile_atom(compiler *to)
{
    switch (*to->at) {
    case '(':
        compile_group(to);
        return;
    case '[':
        compile_set(to);
        return;
    case '.':
        emit(to, ANY);
        break;
    case '^':
        emit(to, BEGIN);
        break;
    case '$':
        emit(to, END);
        break;
    case '*':
    case '+':
    case '?':
        to->failed = true;
        break;
    case '\\':
        if (to->at[1])
            to->at++;
        /* fall through */
    default:
        to->code[emit(to, BYTE)].byte =
            to->any_case ? lower((unsigned char)*to->at) : (unsigned char)*to->at;
    }
    to->at++;
}

/* Shifts the code from `begin` on by `by`, and the targets in it. */
static void move(compiler *to, uint16_t begin, uint16_t by)
{
    if (to->count + by >= MOST_CODE) {
        to->failed = true;
        return;
    }
    memmove(to->code + begin + by, to->code + begin,
            (size_t)(to->count - begin) * sizeof *to->code);
    to->count = (uint16_t)(to->count + by);
    for (uint16_t i = (uint16_t)(begin + by); i < to->count; i++) {
        if (to->code[i].op != SPLIT && to->code[i].op != JUMP)
            continue;
        to->code[i].first = (uint16_t)(to->code[i].first + by);
        to->code[i].second = (uint16_t)(to->code[i].second + by);
    }
}

static void repeat(compiler *to, uint16_t begin, char kind)
{
    if (kind != '+') {
        move(to, begin, 1);
        if (to->failed)
            return;
    }
    if (kind == '?') {
        to->code[begin] =
            (instruction){.op = SPLIT, .first = (uint16_t)(begin + 1), .second = to->count};
    } else if (kind == '*') {
        to->code[emit(to, JUMP)].first = begin;
        to->code[begin] =
            (instruction){.op = SPLIT, .first = (uint16_t)(begin + 1), .second = to->count};
    } else {
        uint16_t split = emit(to, SPLIT);
        to->code[split].first = begin;
        to->code[split].second = (uint16_t)(split + 1);
    }
}

/* Another copy of the code from `begin` to `end` behind the rest. */
static uint16_t again(compiler *to, uint16_t begin, uint16_t end)
{
    uint16_t at = to->count;
    if (at + (end - begin) >= MOST_CODE) {
        to->failed = true;
        return at;
    }
    for (uint16_t i = begin; i < end; i++) {
        instruction copy = to->code[i];
        if (copy.op == SPLIT || copy.op == JUMP) {
            copy.first = (uint16_t)(copy.first - begin + at);
            copy.second = (uint16_t)(copy.second - begin + at);
        }
        to->code[to->count++] = copy;
    }
    return at;
}

static int read_count(compiler *to)
{
    int count = -1;
    for (; *to->at >= '0' && *to->at <= '9'; to->at++) {
        count = (count < 0 ? 0 : count) * 10 + (*to->at - '0');
        if (count > MOST_REPEATS)
            to->failed = true;
        count = count > MOST_REPEATS ? MOST_REPEATS : count;
    }
    return count;
}

/* {n}, {n,}, {n,m}: copies. */
static void compile_counts(compiler *to, uint16_t begin)
{
    uint16_t end = to->count;
    to->at++;
    int least = read_count(to);
    int most = least;
    if (*to->at == ',') {
        to->at++;
        most = read_count(to);
    }
    to->failed = to->failed || *to->at != '}' || (most >= 0 && most < least);
    if (to->failed)
        return;
    to->at++;
    least = least < 0 ? 0 : least;
    if (!least && most == 0) {
        to->count = begin;
        return;
    }
    for (int i = 1; i < least && !to->failed; i++)
        again(to, begin, end);
    if (most < 0 && least) {
        uint16_t last = again(to, begin, end);
        repeat(to, last, '*');
    }
    for (int i = least ? least : 1; i < most && !to->failed; i++) {
        uint16_t last = again(to, begin, end);
        repeat(to, last, '?');
    }
    if (!least && !to->failed)
        repeat(to, begin, most < 0 ? '*' : '?');
}

static void compile_piece(compiler *to)
{
    uint16_t begin = to->count;
    compile_atom(to);
    while (!to->failed && *to->at && strchr("*+?{", *to->at)) {
        char kind = *to->at;
        if (kind == '{') {
            if (to->at[1] < '0' || to->at[1] > '9')
                break;
            compile_counts(to, begin);
            continue;
        }
        to->at++;
        repeat(to, begin, kind);
    }
}

/* a|b|c: SPLIT a, JUMP end; SPLIT b, JUMP end; c. The jumps are chained until the end is known. */
static void compile_choice(compiler *to)
{
    uint16_t pending = UINT16_MAX;
    for (;;) {
        uint16_t begin = to->count;
        while (!to->failed && *to->at && *to->at != '|' && !(*to->at == ')' && to->nesting))
            compile_piece(to);
        if (to->failed || *to->at != '|')
            break;
        to->at++;
        move(to, begin, 1);
        if (to->failed)
            break;
        uint16_t jump = emit(to, JUMP);
        to->code[begin] =
            (instruction){.op = SPLIT, .first = (uint16_t)(begin + 1), .second = to->count};
        to->code[jump].first = pending;
        pending = jump;
    }
    while (pending != UINT16_MAX && !to->failed) {
        uint16_t before = to->code[pending].first;
        to->code[pending].first = to->count;
        pending = before;
    }
}

/* ---- running --------------------------------------------------------------------------------- */

typedef struct thread {
    uint16_t at;
    size_t slots[SLOTS];
} thread;

typedef struct machine {
    const instruction *code;
    uint16_t count;
    const char *text;
    size_t length;
    thread *now, *next;
    size_t now_count, next_count;
    uint32_t *seen; /* by instruction, the step + 1 */
    struct visit {
        uint16_t at;
        uint8_t restores; /* 0, or slot + 1 to be put back */
        size_t before;
    } * stack;
} machine;

/* Follows everything that consumes nothing. */
static void add(machine *on, uint16_t start, size_t position, size_t *slots)
{
    size_t depth = 0;
    on->stack[depth++] = (struct visit){.at = start};
    while (depth) {
        struct visit visit = on->stack[--depth];
        if (visit.restores) {
            slots[visit.restores - 1] = visit.before;
            continue;
        }
        if (on->seen[visit.at] == position + 1)
            continue;
        on->seen[visit.at] = (uint32_t)position + 1;
        const instruction *code = &on->code[visit.at];
        switch (code->op) {
        case JUMP:
            on->stack[depth++] = (struct visit){.at = code->first};
            break;
        case SPLIT:
            on->stack[depth++] = (struct visit){.at = code->second};
            on->stack[depth++] = (struct visit){.at = code->first};
            break;
        case SAVE:
            if (code->first < SLOTS) {
                on->stack[depth++] = (struct visit){.restores = (uint8_t)(code->first + 1),
                                                    .before = slots[code->first]};
                slots[code->first] = position;
            }
            on->stack[depth++] = (struct visit){.at = (uint16_t)(visit.at + 1)};
            break;
        case BEGIN:
        case END:
            if (code->op == BEGIN ? position == 0 : position == on->length)
                on->stack[depth++] = (struct visit){.at = (uint16_t)(visit.at + 1)};
            break;
        default:
            on->next[on->next_count].at = visit.at;
            memcpy(on->next[on->next_count++].slots, slots, sizeof(size_t[SLOTS]));
        }
    }
}

static bool accepts(const instruction *code, unsigned char c, bool any_case)
{
    switch (code->op) {
    case BYTE:
        return code->byte == (any_case ? lower(c) : c);
    case ANY:
        return true;
    case SET:
        return code->set[c >> 3] >> (c & 7) & 1;
    default:
        return false;
    }
}

static bool run(machine *on, bool any_case, size_t groups[SLOTS])
{
    bool found = false;
    for (size_t position = 0; position <= on->length; position++) {
        if (!found) {
            size_t slots[SLOTS];
            for (int i = 0; i < SLOTS; i++)
                slots[i] = SIZE_MAX;
            slots[0] = position;
            add(on, 0, position, slots);
        }
        thread *threads = on->next;
        size_t count = on->next_count;
        on->next = on->now;
        on->now = threads;
        on->next_count = 0;
        if (!count && found)
            break;
        for (size_t i = 0; i < count; i++) {
            const instruction *code = &on->code[threads[i].at];
            size_t *slots = threads[i].slots;
            if (code->op == MATCH) { /* leftmost, then longest */
                if (!found || slots[0] < groups[0] ||
                    (slots[0] == groups[0] && position > groups[1])) {
                    memcpy(groups, slots, sizeof(size_t[SLOTS]));
                    groups[1] = position;
                    found = true;
                }
            } else if (position < on->length && (!found || slots[0] <= groups[0]) &&
                       accepts(code, (unsigned char)on->text[position], any_case)) {
                add(on, (uint16_t)(threads[i].at + 1), position + 1, slots);
            }
        }
    }
    return found;
}

int rh_sh_regex(rh_arena *arena, const char *pattern, const char *text, size_t length,
                bool any_case, size_t groups[20])
{
    compiler to = {.arena = arena, .at = pattern, .any_case = any_case};
    to.code = RH_NEW_ARRAY(arena, instruction, MOST_CODE);
    compile_choice(&to);
    emit(&to, MATCH);
    if (to.failed || *to.at)
        return -1;
    machine on = {.code = to.code, .count = to.count, .text = text, .length = length};
    on.now = RH_NEW_ARRAY(arena, thread, (size_t)to.count + 1);
    on.next = RH_NEW_ARRAY(arena, thread, (size_t)to.count + 1);
    on.seen = RH_NEW_ARRAY(arena, uint32_t, to.count);
    on.stack = rh_arena_alloc(arena, sizeof *on.stack * ((size_t)to.count * 3 + 4));
    bool found = run(&on, any_case, groups);
    for (int i = to.groups + 1; found && i < SLOTS / 2; i++)
        groups[2 * i] = SIZE_MAX - 1;
    return found;
}
