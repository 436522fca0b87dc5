#include "suites/shell/generate.h"

#include "sim/base/random.h"

enum { DEEPEST = 2 };

typedef struct generator {
    rh_text *out;
    uint64_t seed, drawn;
    int depth;
    int loops;
    bool in_function, may_drain, in_condition;
    int functions; /* defined so far */
    int counters;  /* variables of loops */
} generator;

static unsigned below(generator *g, unsigned bound)
{
    return (unsigned)rh_random_below(rh_random_draw(g->seed, 7, 0, g->drawn++), bound);
}

static void put(generator *g, const char *text)
{
    rh_text_puts(g->out, text);
}

static const char *pick(generator *g, const char *const *texts, unsigned count)
{
    return texts[below(g, count)];
}

#define PICK(g, ...)                                                                               \
    pick((g), (const char *const[]){__VA_ARGS__},                                                  \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void command(generator *g);
static void list(generator *g, const char *separator);

/* ---- words ----------------------------------------------------------------------------------- */

static void sum(generator *g)
{
    put(g, PICK(g, "1+2*3", "n+1", "n*2-1", "(n+3)%4", "n>2?10:20", "n++", "++n", "n+=3", "-n",
                "!n", "n<<2", "n&1", "n==1||n==2", "2**5", "$n+1", "${n}*2", "0x1f", "010+1", "m",
                "m+n", "n,n+1", "(n)", "~n", "n!=0&&m<5", "n^3|8", "- -n", "7/2", "-7/2", "-7%3",
                "arr[1]", "n>=m", "n=m=4"));
}

static void substitution(generator *g, bool quoted)
{
    bool drains = g->may_drain;
    int loops = g->loops;
    bool condition = g->in_condition;
    (void)quoted;
    if (g->depth >= DEEPEST) {
        put(g, PICK(g, "$(c2)", "$(c5 p q)", "$(c3)", "$(c1)", "$(c8)", "`c2 z`"));
        return;
    }
    g->depth += 2;
    g->loops = 0;
    g->may_drain = false;
    put(g, "$(");
    list(g, "; ");
    put(g, ")");
    g->depth -= 2;
    g->loops = loops;
    g->may_drain = drains;
    g->in_condition = condition;
}

static void parameter(generator *g)
{
    put(g, PICK(g, "$v", "$w", "${v}", "${u:-d e}", "${u-d}", "${v:-x}", "${v:+set}", "${u+set}",
                "${e:-empty}", "${e-unset}", "${#v}", "${p##*/}", "${p#*/}", "${p%/*}", "${p%%.*}",
                "${p%.*}", "${v/a/Z}", "${v//a/Z}", "${p//[aeiou]/_}", "${v:1}", "${p:2:3}",
                "${p: -2}", "${v^^}", "${v^}", "${W,,}", "$#", "$?", "$1", "${2:-two}", "$n",
                "${arr[1]}", "${#arr[@]}", "${arr[n%3]}", "${!ref}", "${q:=made}", "${p/%gz/xz}",
                "${p/#path/P}", "${v/b}", "${map[k]}", "${#map[@]}", "${p:0:-3}", "${v@Q}"));
}

static void word(generator *g)
{
    switch (below(g, 16)) {
    case 0:
    case 1:
        put(g, PICK(g, "a", "b", "foo", "x1", "-f", "k=v", "'a b'", "\"c d\"", "e\\ f", "1", "42",
                    "a.txt", "''", "\"\"", "$'t\\ta'", "\\\\", "'$v'", "\"\\$v\"", "a'b'\"c\"",
                    "q*", "\"*q\"", "[z]q", "=", "+x", "'#'", "a#b"));
        break;
    case 2:
    case 3:
        parameter(g);
        break;
    case 4:
    case 5:
        put(g, "\"");
        parameter(g);
        put(g, "\"");
        break;
    case 6:
        put(g, PICK(g, "\"$@\"", "$@", "$*", "\"$*\"", "\"${arr[@]}\"", "${arr[@]}",
                    "\"${arr[*]}\"", "x\"$@\"y", "\"pre $@ post\"", "\"${@:2}\"", "\"${arr[@]:1}\"",
                    "\"${arr[@]/a/B}\"", "\"${arr[@]#a}\"", "${!arr[@]}", "\"${@}\"", "\"${u[@]}\"",
                    "${*:-none}"));
        break;
    case 7:
        substitution(g, false);
        break;
    case 8:
        put(g, "\"x");
        substitution(g, true);
        put(g, "y\"");
        break;
    case 9:
        put(g, "$((");
        sum(g);
        put(g, "))");
        break;
    case 10:
        put(g, PICK(g, "a{b,c}d", "{1..3}", "{a..c}x", "{x,y}{1,2}", "{a}", "{b,$v}", "a{,z}",
                    "{03..05}", "\"{a,b}\"", "{5..1..2}", "pre{x,{y,z}}", "{,}", "a{b", "{a,b"));
        break;
    case 11:
        put(g, "pre-");
        parameter(g);
        put(g, PICK(g, "", "-post", "\"$v\"", "'q r'", "/x"));
        break;
    case 12:
        put(g, PICK(g, "${u:-\"$v\"}", "\"${u:-$(c2)}\"", "${u:-$v x}", "\"${u:-a 'b' c}\"",
                    "${e:+no}", "\"${v:+\"q $w\"}\"", "${v%\"b\"}", "${v#'a'}", "\"${v%b*}\"",
                    "${u:-'a b'}", "\"${p//\\//_}\"", "${v//[ab]/\"x y\"}", "${p%\".gz\"}",
                    "\"${u-}\"", "${u:-}", "${u:-a\\ b}", "${x:-${y:-${z:-deep}}}"));
        break;
    default:
        put(g, PICK(g, "one", "two", "3", "w$v", "\"$v\"", "\"$w\"", "$n", "x"));
    }
}

/* One that surely is exactly one word and no option. */
static void single(generator *g)
{
    if (below(g, 3))
        put(g, PICK(g, "\"$v\"", "\"$w\"", "a", "\"a b\"", "\"$p\"", "''", "\"$1\"", "42", "\"$n\"",
                    "abc", "\"${u:-}\"", "path/to"));
    else {
        put(g, "\"");
        substitution(g, true);
        put(g, "\"");
    }
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void extended_test(generator *g, int levels)
{
    if (levels && below(g, 3) == 0) {
        bool group = below(g, 3) == 0;
        put(g, group ? "( " : below(g, 2) ? "! " : "");
        extended_test(g, levels - 1);
        put(g, PICK(g, " && ", " || "));
        extended_test(g, levels - 1);
        put(g, group ? " )" : "");
        return;
    }
    switch (below(g, 7)) {
    case 0:
        put(g, PICK(g, "-n $v", "-z $e", "-z \"$u$e\"", "-f out1", "-e nothing", "$v", "-v n",
                    "-v nope", "-d nope", "! -n $e", "-s out1", "-n x"));
        break;
    case 1:
        single(g);
        put(g, PICK(g, " == a*", " = \"a b\"", " != *b", " == [a-c]*", " == \"$v\"", " == $w",
                    " == ?*", " == \"a\"*", " == @(a|b)*", " == *\" \"*", " == !(a)",
                    " == +([0-9])", " == *.tar.?z", " != $p"));
        break;
    case 2:
        single(g);
        put(g,
            PICK(g, " =~ ^a", " =~ b$", " =~ ^[0-9]+$", " =~ (a|x)[[:space:]]*b", " =~ ^(.*)/(.*)$",
                 " =~ \"a b\"", " =~ ^.{2,3}$", " =~ $w", " =~ a.?b", " =~ x*", " =~ ^$"));
        break;
    case 3:
        put(g, PICK(g, "$n -eq 1", "n -gt 2", "$n -le \"$m\"", "3 -ne n", "n+1 -lt m", "1 -ge $n"));
        break;
    case 4:
        single(g);
        put(g, PICK(g, " < b", " > \"$w\""));
        break;
    default:
        single(g);
        put(g, " == ");
        single(g);
    }
}

static void test(generator *g)
{
    switch (below(g, 4)) {
    case 0:
        put(g, "[[ ");
        extended_test(g, 2);
        put(g, " ]]");
        break;
    case 1:
        put(g, "[ ");
        put(g, PICK(g, "-n \"$v\"", "-z \"$e\"", "\"$v\" = \"$w\"", "\"$v\" != a", "$n -gt 1",
                    "-f out1", "! -z \"$v\"", "\"$n\" -eq 1 -a \"$m\" -eq 2", "a = b -o a = a",
                    "-z \"$u\"", "$v", "\"$v\" -eq 1", "! \"$v\" = a", "\\( a = a \\)", "-n",
                    "\"$@\"", "a \\< b", "-e out1", "x = x -a ! y = x", "\"\""));
        put(g, " ]");
        break;
    case 2:
        put(g, "(( ");
        sum(g);
        put(g, " ))");
        break;
    default:
        put(g, "test ");
        put(g, PICK(g, "a = a", "a = b", "\"$v\" = \"$v\"", "-n \"$e\"", "5 -lt $n", ""));
    }
}

/* ---- commands -------------------------------------------------------------------------------- */

static void words(generator *g, unsigned most)
{
    for (unsigned count = below(g, most + 1); count; count--) {
        put(g, " ");
        word(g);
    }
}

static void stub_call(generator *g)
{
    switch (below(g, g->may_drain ? 10 : 8)) {
    case 0:
    case 1:
        put(g, "c0");
        words(g, 3);
        break;
    case 2:
        put(g, "c1");
        words(g, 1);
        break;
    case 3:
        put(g, "c2");
        words(g, 1);
        break;
    case 4:
        put(g, "c3");
        words(g, 2);
        break;
    case 5:
        put(g, "c5");
        words(g, 3);
        break;
    case 6:
        put(g, PICK(g, "c6 0", "c6 1", "c6 2", "c6 $n", "c6 0", "c8"));
        break;
    case 7:
        put(g, "c9 ");
        word(g);
        words(g, 2);
        break;
    default:
        put(g, PICK(g, "c4", "c7 a", "c7 b 2", "c4 x"));
        put(g, PICK(g, "", " <<< \"$v\"", " < out1", " <<< abc", " < /dev/null"));
    }
}

static void redirection(generator *g)
{
    put(g, PICK(g, " > out1", " >> out1", " 2> /dev/null", " > /dev/null", " 2>&1", " >&2",
                " &> /dev/null", " > out1 2>&1", " 2>&1 > /dev/null", " > \"out$n\""));
}

static void pipe_line(generator *g)
{
    bool drains = g->may_drain;
    bool fixed = false; /* says nothing on standard error */
    g->may_drain = false;
    g->depth++;
    switch (below(g, 4)) {
    case 0:
        put(g, "{ ");
        list(g, "; ");
        put(g, "; }");
        break;
    case 1:
        fixed = true;
        put(g, PICK(g, "echo \"$v\"", "printf '%s\\n' a b", "c2", "c1", "c3 z", "c5 a b", "! c0",
                    "printf 'a b\\nc d\\n'"));
        break;
    default:
        stub_call(g);
    }
    put(g, fixed && below(g, 2) ? " |& " : " | ");
    for (unsigned more = below(g, 2); more; more--)
        put(g, PICK(g, "c4 | ", "c7 m | ", "c7 m 4 | ", "c4 k | "));
    switch (below(g, 4)) {
    case 0:
        put(g, "{ c4; ");
        list(g, "; ");
        put(g, "; }");
        break;
    case 1:
        put(g, "(c7 y; ");
        list(g, "; ");
        put(g, ")");
        break;
    default:
        put(g, PICK(g, "c4", "c7 z", "c7 z 3", "c4 $v", "c4 > out1"));
    }
    g->depth--;
    g->may_drain = drains;
}

/* A simple first part, so that the order of the log is certain. */
static void read_loop(generator *g)
{
    bool drains = g->may_drain;
    g->may_drain = false;
    g->loops++;
    g->depth++;
    bool piped = below(g, 2);
    if (piped)
        put(g, PICK(g, "c2 | ", "c5 x y | ", "c8 | ", "printf '%s\\n' p 'q r' | "));
    put(g, PICK(g, "while read l", "while IFS= read -r l", "while read -r l r",
                "while IFS=: read -r l r"));
    put(g, "; do ");
    int loops = g->loops;
    if (piped)
        g->loops = 0; /* no break: the writer would notice */
    list(g, "; ");
    put(g, PICK(g, "; c0 \"$l\"; done", "; c5 $l; done", "; c0 \"$l\" \"${r-}\"; done"));
    g->loops = loops;
    if (!piped)
        put(g, PICK(g, " <<< \"$v\"", " < <(c5 i j)", " <<< $'l1\\nl2 x\\nl3'", " <<< a:b:c"));
    g->depth--;
    g->loops--;
    g->may_drain = drains;
}

static void condition(generator *g)
{
    switch (below(g, 5)) {
    case 0:
        stub_call(g);
        break;
    case 1:
        put(g, below(g, 2) ? "! " : "");
        command(g);
        break;
    case 2:
        put(g,
            PICK(g, "v=$(c6 4)", "w=$(c3 | c4 k)", "! v=$(c1)", "v=$(c6 0)", "w=\"$(c3; c6 2)\""));
        break;
    default:
        test(g);
    }
}

static void if_command(generator *g)
{
    put(g, "if ");
    condition(g);
    put(g, "; then ");
    list(g, "; ");
    if (below(g, 3) == 0) {
        put(g, "; elif ");
        condition(g);
        put(g, "; then ");
        list(g, "; ");
    }
    if (below(g, 2)) {
        put(g, PICK(g, "; else ", "; else c0 $?; "));
        list(g, "; ");
    }
    put(g, "; fi");
}

static void for_command(generator *g)
{
    g->loops++;
    if (below(g, 4) == 0) {
        int id = g->counters++;
        if (below(g, 2))
            rh_text_printf(g->out, "for ((j%d=0; j%d<3; j%d++)); do ", id, id, id);
        else
            rh_text_printf(g->out, "for ((k%d=2; k%d; k%d--)) do ", id, id, id);
    } else if (below(g, 6) == 0) {
        put(g, "for i; do ");
    } else {
        put(g, "for i in");
        words(g, 3);
        put(g, "; do ");
    }
    list(g, "; ");
    put(g, PICK(g, "; done", "; c0 $i; done", "; c5 \"$i\" $?; done"));
    g->loops--;
}

static void while_command(generator *g)
{
    g->loops++;
    /* Counts by a variable of its own before anything else, so that it ends. */
    int id = g->counters++;
    switch (below(g, 3)) {
    case 0:
        rh_text_printf(g->out, "t%d=0; while (( t%d++ < 2 )); do ", id, id);
        break;
    case 1:
        rh_text_printf(g->out, "t%d=0; until [ $((t%d+=1)) -gt 3 ]; do ", id, id);
        break;
    default:
        rh_text_printf(g->out, "t%d=0; while ((t%d++ < 3)) && ! c1; do ", id, id);
    }
    list(g, "; ");
    put(g, "; done");
    g->loops--;
}

static void case_command(generator *g)
{
    put(g, "case ");
    single(g);
    put(g, " in ");
    for (unsigned count = 1 + below(g, 3); count; count--) {
        put(g, PICK(g, "a*", "(b|c)", "\"$v\"", "[0-9]*", "*b", "''", "?", "a|\"a b\"", "$w", "*",
                    "path/*", "\"*\"", "[!a]*", "\\*"));
        put(g, ") ");
        list(g, "; ");
        put(g, PICK(g, " ;; ", " ;; ", " ;& ", " ;;& "));
    }
    put(g, "esac");
}

static void assignment(generator *g)
{
    switch (below(g, 12)) {
    case 0:
        put(g, PICK(g, "v=", "w=", "v+=", "p=", "e="));
        substitution(g, false);
        break;
    case 1:
        put(g, PICK(g, "n=3", "n=0", "m=$n", "n=$((n+1))", "m=$((n*2))", "((n=2))", "((n++)) || :",
                    "let n+=1 || c0", "let 'n = 5'", "declare -i n=2+3; n+=1; n=4; declare +i n"));
        break;
    case 2:
        put(g, "arr=(");
        word(g);
        words(g, 3);
        put(g, ")");
        break;
    case 3:
        put(g, PICK(g, "arr+=(z)", "arr[1]=B", "arr[5]=far", "unset 'arr[0]'", "arr+=(\"$v\" $w)",
                    "declare -A map=([k]=v [x]=y)", "map[k]=new", "map[j]+=q",
                    "read -r x y <<< \"$v\"", "read -ra arr <<< \"$w\"",
                    "IFS=: read -r x y <<< a:b:c", "mapfile -t arr <<< \"$v\"",
                    "printf -v v '%03d' $n", "ref=v", "ref=w", "unset u q"));
        break;
    case 4:
        put(g, PICK(g, "export v=", "declare w=", "readonly r$n=", "export w+="));
        if (below(g, 2))
            substitution(g, false);
        else
            parameter(g);
        break;
    case 5:
        put(g, PICK(g, "v=$v", "v=\"$@\"", "v=${arr[*]}", "w=\"x y\"", "v=a:b", "v='qq*'",
                    "v=", "w=~/x", "v=\"$(c2; c1)\"", "v=$(c1) w=$(c2)", "v=$(c1)$(c2)", "v=`c3 q`",
                    "w=${v//a/b}", "v=$* w=1", "v=\" s \"", "v=$w$v"));
        break;
    default:
        put(g, PICK(g, "v=", "w="));
        word(g);
    }
}

static void builtin(generator *g)
{
    switch (below(g, 14)) {
    case 0:
        put(g, PICK(g, "true", "false", ":", "true x", ": ${q:=dflt}"));
        break;
    case 1:
        put(g, "echo");
        words(g, 3);
        break;
    case 2:
        put(g, "printf ");
        put(g,
            PICK(g, "'%s\\n'", "'%s-%s\\n'", "'%d|%5s|%-5s|\\n' 3", "'%05d %x\\n' 7 255",
                 "'a\\tb%%\\n'", "'%b\\n'", "'%q\\n'", "'<%s>'", "'%.2s|\\n'", "'%3d%+d\\n' 1 2"));
        words(g, 2);
        break;
    case 3:
        put(g, PICK(g, "set -e", "set +e", "set -u", "set +u", "set -o pipefail", "set +o pipefail",
                    "set -- a 'b c' d", "set -- $v", "shift", "shift 2 || :", "set -- \"$@\" z",
                    "set --", "set -eu", "shopt -s inherit_errexit", "set -euo pipefail"));
        break;
    case 4:
        put(g, g->loops && below(g, 2) ? PICK(g, "break", "continue", "break 2", "continue 2",
                                              "[[ $n == 1 ]] && break", "c1 || continue")
                                       : "true");
        break;
    case 5:
        put(g, PICK(g, "eval 'c0 $v'", "eval \"c5 $v\"", "eval 'v=ev; c0 $v'", "eval c1", "eval",
                    "eval 'c1; c2'", "eval 'false || c0'", "eval 'for i in 1 2; do c0 $i; done'"));
        break;
    case 6:
        if (g->in_function)
            put(g, PICK(g, "return", "return 0", "return 2", "local v=L", "local z=$(c1)",
                        "local v w=2", "local -a arr=(l m)", "local n=7", "c1 && return 3",
                        "local v; v=$(c3)"));
        else
            put(g, PICK(g, "exit", "exit 0", "exit 3", "c0 noexit", "c0 noexit", "c0 no", "c0 n"));
        break;
    case 7:
        put(g, PICK(g, "command true", "command -v echo", "builtin echo hi", "command echo \"$v\"",
                    "wait", "hash -r", "command false", "umask 022"));
        break;
    case 8:
        put(g, PICK(g, "trap 'c0 trapped $?' EXIT", "trap 'c0 err $?' ERR", "trap - EXIT",
                    "trap - ERR", "trap '' INT", "trap 'c1 exit' EXIT", "trap 'v=t; c0 $v' EXIT",
                    "set -E"));
        break;
    case 9:
        put(g, PICK(g, "v=1 c0 $v", "v=2 eval 'c0 $v'", "IFS=: c0 $v", "n=5 c6 $n", "w=q f0 \"$w\"",
                    "v=$(c1) c0", "v=x w=y c5 \"$v$w\""));
        break;
    case 10:
        put(g, PICK(g, "while getopts ab:c o; do c0 $o \"${OPTARG-}\"; done",
                    "OPTIND=1; while getopts ':xy:' o -x -y val -z; do c0 $o \"${OPTARG-}\" "
                    "$OPTIND; done"));
        break;
    case 11:
        put(g, PICK(g, "IFS=:", "IFS=$' \\t\\n'", "unset IFS", "IFS=,"));
        break;
    default:
        test(g);
    }
}

static void heredoc(generator *g)
{
    put(g,
        PICK(g, "c4 <<E\nline $v\n\\$x `c2`\n$((n+1)) \"q\"\nE\n", "c4 <<'E'\nraw $v\n`x` \\\nE\n",
             "c4 <<-E\n\ttabbed $v\n\tE\n", "c7 a <<E\nE\n", "c4 <<E | c7 k\n$(c5 \"$v\" x)\nE\n",
             "while read -r l; do c0 \"$l\"; done <<E\none $v\ntwo\nE\n",
             "{ c4; c0; } <<E > out2\ntext\nE\n", "v=$(c4 <<E\nin ${w:-d}\nE\n)\n"));
    put(g, "c0 behind");
}

static void group(generator *g)
{
    bool subshell = below(g, 2);
    int loops = g->loops;
    if (subshell)
        g->loops = 0;
    put(g, subshell ? "( " : "{ ");
    list(g, "; ");
    put(g, subshell ? " )" : "; }");
    g->loops = loops;
    if (below(g, 4) == 0)
        put(g, PICK(g, " > out1", " >> out1", " 2> /dev/null", " > /dev/null", " >&2", " > out2"));
}

static void command(generator *g)
{
    if (g->depth >= DEEPEST) {
        stub_call(g);
        return;
    }
    g->depth++;
    switch (below(g, 24)) {
    case 0:
    case 1:
        if_command(g);
        break;
    case 2:
        for_command(g);
        break;
    case 3:
        while_command(g);
        break;
    case 4:
        case_command(g);
        break;
    case 5:
        group(g);
        break;
    case 6:
    case 7:
        pipe_line(g);
        break;
    case 8:
        read_loop(g);
        break;
    case 9:
    case 10:
    case 11:
        assignment(g);
        break;
    case 12:
    case 13:
    case 14:
        builtin(g);
        break;
    case 15:
        put(g, "! ");
        command(g);
        break;
    case 16:
        put(g, PICK(g, "c0", "c1", "c2", "c3 a", "c5 b \"$w\"", "c2 c", "c9 d", "echo e"));
        redirection(g);
        break;
    case 17:
        if (g->functions && !g->in_function) {
            put(g, PICK(g, "f0", "f0 a", "f0 'x y' z", "f0 $v"));
            break;
        }
        stub_call(g);
        break;
    default:
        stub_call(g);
    }
    g->depth--;
}

static void and_or(generator *g)
{
    command(g);
    for (unsigned more = below(g, 5); more > 2; more--) {
        put(g, PICK(g, " && ", " || "));
        if (below(g, 4) == 0)
            put(g, "! ");
        command(g);
    }
}

static void list(generator *g, const char *separator)
{
    for (unsigned count = 1 + below(g, 5) / 2; count; count--) {
        and_or(g);
        if (count > 1)
            put(g, separator);
    }
}

static void function(generator *g)
{
    g->in_function = true;
    g->depth = 1;
    put(g, PICK(g, "f0() { ", "function f0 { ", "f0 () {\n"));
    bool drains = g->may_drain;
    g->may_drain = false;
    list(g, "; ");
    g->may_drain = drains;
    put(g, "\n}\n");
    g->depth = 0;
    g->in_function = false;
    g->functions++;
}

void generate_script(rh_text *script, uint64_t number)
{
    generator g = {.out = script, .seed = number, .may_drain = true};
    put(&g, "v='a b' w=a e= p=path/to/file.tar.gz n=1 m=2 W=UP arr=(a 'b c' d) ref=v\n");
    put(&g, PICK(&g, "set -- A 'B C'\n", "", "set -- -a -b x\n"));
    put(&g, PICK(&g, "declare -A map=([k]=kv)\n", ""));
    if (below(&g, 3) == 0)
        function(&g);
    for (unsigned count = 2 + below(&g, 5); count; count--) {
        if (below(&g, 12) == 0)
            heredoc(&g);
        else
            list(&g, below(&g, 3) ? "\n" : "; ");
        put(&g, "\n");
    }
    put(&g, "c0 end $?\n");
}
