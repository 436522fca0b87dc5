/* $(( )), (( )), let, subscripts: 64-bit arithmetic as in C, on texts that are expanded already.
 * The value of a variable is itself read as an expression. */
#include "sim/shell/parse.h"
#include "sim/shell/play.h"

enum { MOST_LEVELS = 24 };

typedef struct reader {
    rh_sh_shell *shell;
    const char *at, *end;
    const char *what; /* prefix of messages */
    const char *error;
    int levels;   /* left */
    int skipping; /* not evaluated: the other side of && || ?: */
    bool unknown;
    uint8_t flags;
} reader;

static int64_t parse_comma(reader *in);
static int64_t parse_assignment(reader *in);

static void skip_blanks(reader *in)
{
    while (in->at < in->end && (*in->at == ' ' || *in->at == '\t' || *in->at == '\n'))
        in->at++;
}

static bool take(reader *in, const char *operator)
{
    skip_blanks(in);
    size_t length = strlen(operator);
    if ((size_t)(in->end - in->at) < length || memcmp(in->at, operator, length) != 0)
        return false;
    in->at += length;
    return true;
}

static int64_t refuse(reader *in, const char *error)
{
    if (!in->error)
        in->error = error;
    in->at = in->end;
    return 0;
}

/* ---- operands -------------------------------------------------------------------------------- */

static int digit_of(char c, int64_t base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return base <= 36 ? c - 'A' + 10 : c - 'A' + 36;
    return c == '@' ? 62 : c == '_' ? 63 : 99;
}

static int64_t parse_number(reader *in)
{
    int64_t base = 10;
    uint64_t value = 0;
    if (*in->at == '0' && in->at + 1 < in->end && (in->at[1] == 'x' || in->at[1] == 'X')) {
        base = 16;
        in->at += 2;
    } else if (*in->at == '0') {
        base = 8;
    }
    for (; in->at < in->end; in->at++) {
        if (*in->at == '#' && base == 10) {
            base = (int64_t)value;
            value = 0;
            if (base < 2 || base > 64)
                return refuse(in, "invalid arithmetic base");
            continue;
        }
        int digit = digit_of(*in->at, base);
        if (digit == 99)
            break;
        if (digit >= base)
            return refuse(in, "value too great for base");
        value = value * (uint64_t)base + (uint64_t)digit;
    }
    return (int64_t)value;
}

static int64_t evaluate_value(reader *in, const rh_value *value)
{
    if (!value)
        return 0;
    in->flags |= (uint8_t)rh_sh_flags(value);
    if (value->kind != RH_STRING) {
        in->unknown = true;
        return 0;
    }
    int64_t number;
    if (rh_sh_integer(value->as.text, &number) && (value->as.text[0] != '0' || value->count == 1))
        return number;
    if (in->levels <= 0)
        return refuse(in, "expression recursion level exceeded");
    reader inner = *in;
    inner.at = value->as.text;
    inner.end = value->as.text + value->count;
    inner.levels--;
    skip_blanks(&inner);
    number = inner.at == inner.end ? 0 : parse_comma(&inner);
    skip_blanks(&inner);
    if (!inner.error && inner.at != inner.end)
        inner.error = "syntax error in expression";
    in->error = in->error ? in->error : inner.error;
    in->unknown = in->unknown || inner.unknown;
    in->flags |= inner.flags;
    return number;
}

/* A variable, perhaps an element of an array. */
typedef struct place {
    rh_sh_variable *variable;
    const rh_value *subscript;
} place;

static place parse_place(reader *in)
{
    const char *begin = in->at;
    while (in->at < in->end && rh_sh_name_goes_on(*in->at))
        in->at++;
    place found = {rh_sh_variable_named(in->shell, begin, (size_t)(in->at - begin)), NULL};
    if (in->at < in->end && *in->at == '[') {
        int depth = 0;
        begin = in->at + 1;
        for (; in->at < in->end; in->at++) {
            depth += *in->at == '[';
            if (*in->at == ']' && --depth == 0)
                break;
        }
        if (in->at == in->end) {
            refuse(in, "bad array subscript");
            return found;
        }
        found.subscript = rh_sh_string(in->shell, begin, (size_t)(in->at - begin), 0);
        in->at++;
    }
    return found;
}

static int64_t read_place(reader *in, const place *from)
{
    if (in->skipping)
        return 0;
    const rh_value *value;
    if (from->subscript) {
        const rh_sh_element *element =
            rh_sh_element_at(in->shell, from->variable, from->subscript, false);
        value = element ? element->value : NULL;
    } else {
        value = rh_sh_get(in->shell, from->variable);
    }
    if (!value && in->shell->state.nounset && !from->subscript) {
        rh_sh_complain(in->shell, "%s: unbound variable",
                       rh_sh_variable_name(in->shell, from->variable));
        rh_sh_fail(in->shell, RH_SH_EXITS, 1);
        return refuse(in, "");
    }
    return evaluate_value(in, value);
}

static void write_place(reader *in, const place *to, int64_t value)
{
    if (in->skipping || in->error)
        return;
    rh_sh_number number = {.value = value, .unknown = in->unknown, .flags = in->flags};
    const rh_value *text = rh_sh_number_value(in->shell, &number);
    bool fine;
    if (to->subscript) {
        rh_sh_element *element = rh_sh_element_at(in->shell, to->variable, to->subscript, true);
        fine = element != NULL;
        if (element)
            element->value = text;
    } else {
        fine = rh_sh_set(in->shell, to->variable, text, false);
    }
    if (!fine)
        refuse(in, "");
}

static int64_t parse_primary(reader *in)
{
    skip_blanks(in);
    if (in->at >= in->end)
        return refuse(in, "syntax error: operand expected");
    if (take(in, "(")) {
        if (in->levels <= 0)
            return refuse(in, "expression recursion level exceeded");
        in->levels--;
        int64_t value = parse_comma(in);
        in->levels++;
        return take(in, ")") ? value : refuse(in, "missing `)'");
    }
    if (*in->at >= '0' && *in->at <= '9')
        return parse_number(in);
    if (!rh_sh_name_begins(*in->at))
        return refuse(in, "syntax error: operand expected");
    place here = parse_place(in);
    int64_t value = read_place(in, &here);
    if (take(in, "++"))
        write_place(in, &here, (int64_t)((uint64_t)value + 1));
    else if (take(in, "--"))
        write_place(in, &here, (int64_t)((uint64_t)value - 1));
    return value;
}

static int64_t parse_prefix(reader *in, uint64_t by)
{
    skip_blanks(in);
    if (in->at >= in->end || !rh_sh_name_begins(*in->at)) {
        int64_t value = parse_primary(in); /* - - 1 and + + 1 */
        return value;
    }
    place here = parse_place(in);
    int64_t value = (int64_t)((uint64_t)read_place(in, &here) + by);
    write_place(in, &here, value);
    return value;
}

static int64_t parse_unary(reader *in)
{
    if (in->levels <= 0)
        return refuse(in, "expression recursion level exceeded");
    in->levels--;
    int64_t value;
    if (take(in, "++"))
        value = parse_prefix(in, 1);
    else if (take(in, "--"))
        value = parse_prefix(in, UINT64_MAX);
    else if (take(in, "+"))
        value = parse_unary(in);
    else if (take(in, "-"))
        value = (int64_t)(0 - (uint64_t)parse_unary(in));
    else if (take(in, "!"))
        value = !parse_unary(in);
    else if (take(in, "~"))
        value = ~parse_unary(in);
    else
        value = parse_primary(in);
    in->levels++;
    return value;
}

/* ---- operators ------------------------------------------------------------------------------- */

typedef enum binary {
    POWER,
    TIMES,
    OVER,
    MODULO,
    PLUS,
    MINUS,
    LEFT,
    RIGHT,
    LESS_EQUAL,
    GREATER_EQUAL,
    LESS,
    GREATER,
    EQUAL,
    UNEQUAL,
    AND_BITS,
    XOR_BITS,
    OR_BITS,
    AND,
    OR,
    NONE
} binary;

/* Longer ones before those that they begin with. */
static const struct {
    const char *text;
    int strength;
} operators[] = {[POWER] = {"**", 11},     [TIMES] = {"*", 10},
                 [OVER] = {"/", 10},       [MODULO] = {"%", 10},
                 [PLUS] = {"+", 9},        [MINUS] = {"-", 9},
                 [LEFT] = {"<<", 8},       [RIGHT] = {">>", 8},
                 [LESS_EQUAL] = {"<=", 7}, [GREATER_EQUAL] = {">=", 7},
                 [LESS] = {"<", 7},        [GREATER] = {">", 7},
                 [EQUAL] = {"==", 6},      [UNEQUAL] = {"!=", 6},
                 [AND_BITS] = {"&", 5},    [XOR_BITS] = {"^", 4},
                 [OR_BITS] = {"|", 3},     [AND] = {"&&", 2},
                 [OR] = {"||", 1}};

/* The binary operator at the cursor, not taken. */
static binary peek_binary(reader *in)
{
    static const binary order[] = {POWER,      AND,           OR,       LEFT,    RIGHT,
                                   LESS_EQUAL, GREATER_EQUAL, EQUAL,    UNEQUAL, TIMES,
                                   OVER,       MODULO,        PLUS,     MINUS,   LESS,
                                   GREATER,    AND_BITS,      XOR_BITS, OR_BITS};
    skip_blanks(in);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t length = strlen(operators[order[i]].text);
        if ((size_t)(in->end - in->at) < length ||
            memcmp(in->at, operators[order[i]].text, length) != 0)
            continue;
        bool assigns = (size_t)(in->end - in->at) > length && in->at[length] == '=' &&
                       order[i] != EQUAL && order[i] != UNEQUAL && order[i] != LESS_EQUAL &&
                       order[i] != GREATER_EQUAL && order[i] != AND && order[i] != OR;
        return assigns ? NONE : order[i];
    }
    return NONE;
}

static int64_t power(reader *in, int64_t base, int64_t exponent)
{
    uint64_t result = 1, factor = (uint64_t)base;
    if (exponent < 0)
        return refuse(in, "exponent less than 0");
    for (; exponent; exponent >>= 1, factor *= factor)
        if (exponent & 1)
            result *= factor;
    return (int64_t)result;
}

static int64_t divide(reader *in, binary operator, int64_t left, int64_t right)
{
    if (in->skipping || in->unknown)
        return 0;
    if (!right)
        return refuse(in, "division by 0");
    if (right == -1)
        return operator== OVER ? (int64_t)(0 - (uint64_t)left) : 0;
    return operator== OVER ? left / right : left % right;
}

static int64_t combine(reader *in, binary operator, int64_t left, int64_t right)
{
    uint64_t a = (uint64_t)left, b = (uint64_t)right;
    switch (operator) {
    case POWER:
        return power(in, left, right);
    case TIMES:
        return (int64_t)(a * b);
    case OVER:
    case MODULO:
        return divide(in, operator, left, right);
    case PLUS:
        return (int64_t)(a + b);
    case MINUS:
        return (int64_t)(a - b);
    case LEFT:
        return (int64_t)(a << (b & 63));
    case RIGHT: {
        uint64_t shifted = a >> (b & 63);
        return (int64_t)(left < 0 && (b & 63) ? shifted | ~(UINT64_MAX >> (b & 63)) : shifted);
    }
    case LESS_EQUAL:
        return left <= right;
    case GREATER_EQUAL:
        return left >= right;
    case LESS:
        return left < right;
    case GREATER:
        return left > right;
    case EQUAL:
        return left == right;
    case UNEQUAL:
        return left != right;
    case AND_BITS:
        return (int64_t)(a & b);
    case XOR_BITS:
        return (int64_t)(a ^ b);
    case OR_BITS:
        return (int64_t)(a | b);
    case AND:
        return left && right;
    default:
        return left || right;
    }
}

static int64_t parse_binary(reader *in, int least)
{
    int64_t left = parse_unary(in);
    for (;;) {
        binary operator= peek_binary(in);
        if (operator== NONE || operators[operator].strength<least || in->error)
            return left;
        in->at += strlen(operators[operator].text);
        bool skips = !in->unknown && (operator== AND ? !left : operator== OR ? left != 0 : false);
        in->skipping += skips;
        int64_t right =
            parse_binary(in, operators[operator].strength + (operator!= POWER));
        in->skipping -= skips;
        if (!in->error)
            left = combine(in, operator, left, right);
    }
}

static int64_t parse_choice(reader *in)
{
    int64_t condition = parse_binary(in, 1);
    if (!take(in, "?"))
        return condition;
    if (in->levels <= 0)
        return refuse(in, "expression recursion level exceeded");
    in->levels--;
    in->skipping += !condition;
    int64_t yes = parse_comma(in);
    in->skipping -= !condition;
    if (!take(in, ":"))
        return refuse(in, "`:' expected for conditional expression");
    in->skipping += condition != 0;
    int64_t no = parse_assignment(in);
    in->skipping -= condition != 0;
    in->levels++;
    return condition ? yes : no;
}

/* What an assignment operator at the cursor combines with; EQUAL: just =; NONE: no assignment. */
static binary take_assignment(reader *in)
{
    static const binary order[] = {LEFT, RIGHT, TIMES,    OVER,     MODULO,
                                   PLUS, MINUS, AND_BITS, XOR_BITS, OR_BITS};
    skip_blanks(in);
    size_t left = (size_t)(in->end - in->at);
    if (left && *in->at == '=' && !(left > 1 && in->at[1] == '=')) {
        in->at++;
        return EQUAL;
    }
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t length = strlen(operators[order[i]].text);
        if (left > length && memcmp(in->at, operators[order[i]].text, length) == 0 &&
            in->at[length] == '=') {
            in->at += length + 1;
            return order[i];
        }
    }
    return NONE;
}

static int64_t parse_assignment(reader *in)
{
    const char *begin = (skip_blanks(in), in->at);
    if (in->at < in->end && rh_sh_name_begins(*in->at)) {
        place to = parse_place(in);
        binary operator= in->error ? NONE : take_assignment(in);
        if (operator!= NONE && in->levels> 0) {
            in->levels--;
            int64_t value = parse_assignment(in);
            in->levels++;
            if (operator!= EQUAL) {
                int64_t before = read_place(in, &to);
                value = in->error ? 0 : combine(in, operator, before, value);
            }
            write_place(in, &to, value);
            return value;
        }
        if (!in->error)
            in->at = begin;
    }
    return parse_choice(in);
}

static int64_t parse_comma(reader *in)
{
    int64_t value = parse_assignment(in);
    while (!in->error && take(in, ","))
        value = parse_assignment(in);
    return value;
}

/* ---- entry ----------------------------------------------------------------------------------- */

rh_sh_number rh_sh_compute(rh_sh_shell *shell, const rh_value *expression, const char *what)
{
    rh_sh_number number = {.flags = (uint8_t)rh_sh_flags(expression)};
    if (expression->kind != RH_STRING) {
        number.unknown = true;
        return number;
    }
    if (rh_sh_integer(expression->as.text, &number.value) && expression->as.text[0] != '0')
        return number;
    reader in = {.shell = shell,
                 .at = expression->as.text,
                 .end = expression->as.text + expression->count,
                 .what = what,
                 .levels = MOST_LEVELS,
                 .flags = number.flags};
    skip_blanks(&in);
    if (in.at == in.end) {
        number.value = 0;
        return number;
    }
    /* Subscripts are expressions of their own: a='a[a]' would go on for ever. */
    if (shell->depth >= RH_SH_DEPTH) {
        in.error = "expression recursion level exceeded";
    } else {
        shell->depth += 4;
        number.value = parse_comma(&in);
        shell->depth -= 4;
    }
    skip_blanks(&in);
    if (!in.error && in.at != in.end)
        in.error = "syntax error in expression";
    number.unknown = in.unknown;
    number.flags = in.flags;
    number.failed = in.error != NULL;
    if (in.error && *in.error)
        rh_sh_complain(shell, "%s: %s", expression->as.text, in.error);
    return number;
}

const rh_value *rh_sh_number_value(rh_sh_shell *shell, const rh_sh_number *number)
{
    char text[24];
    if (number->unknown)
        return rh_sh_unknown(shell, number->flags);
    int length = snprintf(text, sizeof text, "%lld", (long long)number->value);
    return rh_sh_string(shell, text, (size_t)length, number->flags);
}

bool rh_sh_integer(const char *text, int64_t *number)
{
    uint64_t value = 0;
    while (*text == ' ' || *text == '\t' || *text == '\n')
        text++;
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (value > UINT64_MAX / 20)
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    while (*text == ' ' || *text == '\t')
        text++;
    if (*text || value > INT64_MAX)
        return false;
    *number = negative ? -(int64_t)value : (int64_t)value;
    return true;
}
