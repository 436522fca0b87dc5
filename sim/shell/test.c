/* [[ ]] and test. */
#include "sim/shell/play.h"

/* Either may be known, or NULL. */
static int decided(rh_sh_shell *shell, const rh_value *left, const rh_value *right,
                   rh_sh_slice source)
{
    return !rh_sh_decide(shell, rh_sh_unknown_of(shell, left, right), source);
}

/* ---- unary ----------------------------------------------------------------------------------- */

static int variable_is_set(rh_sh_shell *shell, const rh_value *name)
{
    const char *text = name->as.text;
    const char *bracket = strchr(text, '[');
    size_t length = bracket ? (size_t)(bracket - text) : name->count;
    if (!rh_sh_is_name(text, length))
        return 1;
    rh_sh_variable *variable = rh_sh_variable_named(shell, text, length);
    if (!bracket)
        return rh_sh_get(shell, variable) == NULL;
    const rh_value *key = rh_sh_string(shell, bracket + 1, strcspn(bracket + 1, "]"), 0);
    if (key->count == 1 && (key->as.text[0] == '@' || key->as.text[0] == '*'))
        return !variable->now.value && !(variable->now.array && variable->now.array->count);
    const rh_sh_element *element = rh_sh_element_at(shell, variable, key, false);
    return !element || !element->value;
}

static int option_is_on(rh_sh_shell *shell, const char *name)
{
    const rh_sh_state *state = &shell->state;
    return !((strcmp(name, "errexit") == 0 && state->errexit) ||
             (strcmp(name, "pipefail") == 0 && state->pipefail) ||
             (strcmp(name, "nounset") == 0 && state->nounset) ||
             (strcmp(name, "xtrace") == 0 && state->xtrace));
}

static int test_file(rh_sh_shell *shell, char operator, const rh_value * path, rh_sh_slice source)
{
    if (path->kind == RH_STRING && !path->count)
        return 1;
    const rh_value *answer = shell->player->test_file
                                 ? shell->player->test_file(shell->player->data, operator, path)
                                 : NULL;
    if (!answer || answer->kind == RH_UNKNOWN)
        return decided(shell, path, answer, source);
    return !rh_is_true(answer);
}

int rh_sh_test_unary(rh_sh_shell *shell, char operator, const rh_value * value, rh_sh_slice source)
{
    bool unknown = rh_sh_is_unknown(value);
    switch (operator) {
    case 'n':
    case 'z':
        if (unknown)
            return decided(shell, value, NULL, source);
        return (value->count != 0) != (operator== 'n');
    case 'v':
        return unknown ? decided(shell, value, NULL, source) : variable_is_set(shell, value);
    case 'o':
        return unknown ? decided(shell, value, NULL, source) : option_is_on(shell, value->as.text);
    case 't':
        return 1; /* nothing is a terminal */
    case 'R':
        return 1;
    default:
        return test_file(shell, operator, value, source);
    }
}

/* ---- binary ---------------------------------------------------------------------------------- */

int rh_sh_compare_numbers(rh_sh_shell *shell, const char *operator, int64_t left, int64_t right)
{
    static const char *const operators[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
    const bool answers[] = {left == right, left != right, left<right, left <= right, left> right,
                            left >= right};
    (void)shell;
    for (size_t i = 0; i < 6; i++)
        if (strcmp(operator, operators[i]) == 0)
            return !answers[i];
    return 2;
}

/* -eq and its kin, not -nt, -ot, -ef. */
static bool is_numeric(const char *operator)
{
    return operator[0] == '-' && strcmp(operator, "-nt") != 0 && strcmp(operator, "-ot") != 0 &&
           strcmp(operator, "-ef") != 0;
}

static int compare_texts(const rh_value *left, const rh_value *right)
{
    size_t least = left->count < right->count ? left->count : right->count;
    int order = least ? memcmp(left->as.text, right->as.text, least) : 0;
    return order ? order : (left->count > right->count) - (left->count < right->count);
}

static int test_regex(rh_sh_shell *shell, const rh_value *text, const rh_value *pattern)
{
    size_t groups[20];
    int found = rh_sh_regex(shell->arena, pattern->as.text, text->as.text, text->count,
                            shell->state.nocasematch, groups);
    rh_sh_step(shell, text->count / 16);
    if (found < 0)
        return 2;
    rh_sh_variable *variable = rh_sh_variable_named(shell, "BASH_REMATCH", 12);
    rh_sh_change(shell, variable);
    variable->now = (rh_sh_content){.flags = RH_SH_ARRAY | RH_SH_DECLARED};
    rh_sh_array *array = rh_sh_own_array(shell, variable);
    for (size_t i = 0; found && i < 10; i++) {
        if (groups[2 * i] == SIZE_MAX - 1)
            break; /* no more groups */
        size_t length = groups[2 * i] == SIZE_MAX ? 0 : groups[2 * i + 1] - groups[2 * i];
        rh_sh_append_element(shell, array,
                             rh_sh_string(shell, length ? text->as.text + groups[2 * i] : "",
                                          length, rh_sh_flags(text)));
    }
    return !found;
}

static int test_numbers(rh_sh_shell *shell, const rh_sh_condition *condition, const rh_value *left,
                        const rh_value *right)
{
    rh_sh_number a = rh_sh_compute(shell, left, "[[");
    rh_sh_number b = a.failed ? a : rh_sh_compute(shell, right, "[[");
    if (a.failed || b.failed)
        return 1;
    if (a.unknown || b.unknown)
        return decided(shell, left, right, condition->source);
    return rh_sh_compare_numbers(shell, condition->operator, a.value, b.value);
}

static int test_pair(rh_sh_shell *shell, const rh_sh_condition *condition)
{
    const char *operator= condition->operator;
    bool regex = operator[1] == '~';
    bool pattern = !regex && (operator[0] == '=' || operator[0] == '!');
    const rh_value *left = rh_sh_expand(shell, condition->first, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return 1;
    const rh_value *right = rh_sh_expand(shell, condition->second,
                                         regex     ? RH_SH_AS_REGEX
                                         : pattern ? RH_SH_AS_PATTERN
                                                   : RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return 1;
    if (is_numeric(operator))
        return test_numbers(shell, condition, left, right);
    if (operator[0] == '-' || rh_sh_is_unknown(left) || rh_sh_is_unknown(right))
        return decided(shell, left, right, condition->source);
    if (regex)
        return test_regex(shell, left, right);
    if (!pattern)
        return (compare_texts(left, right) < 0) != (operator[0] == '<') ||
               compare_texts(left, right) == 0;
    bool matches = rh_sh_matches(shell, right->as.text, right->count, left->as.text, left->count);
    return matches != (operator[0] == '=');
}

int rh_sh_test_condition(rh_sh_shell *shell, const rh_sh_condition *condition)
{
    int status;
    switch (condition->operator[0]) {
    case '(':
        return rh_sh_test_condition(shell, condition->left);
    case '&':
    case '|':
        status = rh_sh_test_condition(shell, condition->left);
        if (shell->flow != RH_SH_GOES_ON || (status == 0) == (condition->operator[0] == '|'))
            return status;
        return rh_sh_test_condition(shell, condition->right);
    case '!':
        if (!condition->left)
            return test_pair(shell, condition); /* != */
        status = rh_sh_test_condition(shell, condition->left);
        return status > 1 ? status : !status;
    default:
        break;
    }
    if (condition->second)
        return test_pair(shell, condition);
    const rh_value *value = rh_sh_expand(shell, condition->first, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return 1;
    return rh_sh_test_unary(shell, condition->operator[1], value, condition->source);
}

/* ---- test: by the number of arguments, as POSIX says ----------------------------------------- */

typedef struct arguments {
    rh_sh_shell *shell;
    const rh_value *const *words;
    size_t count, at;
    int levels;
    bool failed;
    rh_sh_slice source; /* for decisions */
} arguments;

static bool is(const rh_value *word, const char *text)
{
    return word->kind == RH_STRING && strcmp(word->as.text, text) == 0;
}

static bool is_unary(const rh_value *word)
{
    const char *text = rh_text_of(word);
    return text[0] == '-' && text[1] && !text[2] && strchr("abcdefghknoprstuvwxzGLNORS", text[1]);
}

static bool is_binary(const rh_value *word)
{
    static const char *const operators[] = {"=",   "==",  "!=",  "<",   ">",   "-eq", "-ne",
                                            "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (is(word, operators[i]))
            return true;
    return false;
}

static int complain(arguments *all, const char *what, const char *message)
{
    rh_sh_complain(all->shell, "test: %s%s", what, message);
    all->failed = true;
    return 2;
}

static int binary(arguments *all, const rh_value *left, const rh_value *operator,
                  const rh_value * right)
{
    const char *text = operator->as.text;
    int64_t a, b;
    if (is_numeric(text)) {
        if (rh_sh_is_unknown(left) || rh_sh_is_unknown(right))
            return decided(all->shell, left, right, all->source);
        if (!rh_sh_integer(left->as.text, &a))
            return complain(all, left->as.text, ": integer expression expected");
        if (!rh_sh_integer(right->as.text, &b))
            return complain(all, right->as.text, ": integer expression expected");
        return rh_sh_compare_numbers(all->shell, text, a, b);
    }
    if (text[0] == '-' || rh_sh_is_unknown(left) || rh_sh_is_unknown(right))
        return decided(all->shell, left, right, all->source);
    int order = compare_texts(left, right);
    return text[0] == '='   ? order != 0
           : text[0] == '!' ? order == 0
           : text[0] == '<' ? order >= 0
                            : order <= 0;
}

static int one(arguments *all, const rh_value *word)
{
    return rh_sh_test_unary(all->shell, 'n', word, all->source);
}

static int two(arguments *all, const rh_value *const *words)
{
    if (is(words[0], "!"))
        return !one(all, words[1]);
    if (is_unary(words[0]))
        return rh_sh_test_unary(all->shell, words[0]->as.text[1], words[1], all->source);
    return complain(all, rh_text_of(words[0]), ": unary operator expected");
}

static int parse_or(arguments *all);

static int parse_primary(arguments *all)
{
    const rh_value *const *words = all->words + all->at;
    size_t left = all->count - all->at;
    if (!left || all->levels <= 0)
        return complain(all, "", "argument expected");
    if (is(words[0], "!")) {
        all->at++;
        all->levels--;
        int status = parse_primary(all);
        all->levels++;
        return status > 1 ? status : !status;
    }
    if (is(words[0], "(") && !(left >= 3 && is_binary(words[1]))) {
        all->at++;
        all->levels--;
        int status = parse_or(all);
        all->levels++;
        if (all->at >= all->count || !is(all->words[all->at], ")"))
            return complain(all, "", "`)' expected");
        all->at++;
        return status;
    }
    if (left >= 3 && is_binary(words[1])) {
        all->at += 3;
        return binary(all, words[0], words[1], words[2]);
    }
    if (left >= 2 && is_unary(words[0])) {
        all->at += 2;
        return rh_sh_test_unary(all->shell, words[0]->as.text[1], words[1], all->source);
    }
    all->at++;
    return one(all, words[0]);
}

static int parse_and(arguments *all)
{
    int status = parse_primary(all);
    while (!all->failed && all->at < all->count && is(all->words[all->at], "-a")) {
        all->at++;
        int right = parse_primary(all);
        status = status ? status : right;
    }
    return status;
}

static int parse_or(arguments *all)
{
    int status = parse_and(all);
    while (!all->failed && all->at < all->count && is(all->words[all->at], "-o")) {
        all->at++;
        int right = parse_and(all);
        status = status ? right : status;
    }
    return status;
}

static int many(arguments *all)
{
    int status = parse_or(all);
    if (all->failed)
        return 2;
    return all->at == all->count ? status : complain(all, "", "too many arguments");
}

static int three(arguments *all, const rh_value *const *words)
{
    if (is_binary(words[1]))
        return binary(all, words[0], words[1], words[2]);
    if (is(words[1], "-a"))
        return one(all, words[0]) ? 1 : one(all, words[2]);
    if (is(words[1], "-o"))
        return one(all, words[0]) ? one(all, words[2]) : 0;
    if (is(words[0], "!")) {
        int status = two(all, words + 1);
        return status > 1 ? status : !status;
    }
    if (is(words[0], "(") && is(words[2], ")"))
        return one(all, words[1]);
    return complain(all, rh_text_of(words[1]), ": binary operator expected");
}

int rh_sh_test_words(rh_sh_shell *shell, const rh_value *const *words, size_t count,
                     rh_sh_slice source)
{
    arguments all = {
        .shell = shell, .words = words, .count = count, .levels = 24, .source = source};
    switch (count) {
    case 0:
        return 1;
    case 1:
        return one(&all, words[0]);
    case 2:
        return two(&all, words);
    case 3:
        return three(&all, words);
    case 4:
        if (is(words[0], "!")) {
            int status = three(&all, words + 1);
            return status > 1 ? status : !status;
        }
        if (is(words[0], "(") && is(words[3], ")"))
            return two(&all, words + 1);
        return many(&all);
    default:
        return many(&all);
    }
}
