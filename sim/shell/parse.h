/* Inside of the parser: recursive descent over the bytes of a script, as bash reads it, because in
 * shells what a byte means depends on where it stands. Depth is bounded: `levels` counts down. */
#ifndef RH_SHELL_PARSE_H
#define RH_SHELL_PARSE_H

#include "sim/base/lines.h"
#include "sim/base/text.h"
#include "sim/shell/tree.h"

enum {
    RH_SH_LEVELS = 60, /* of commands in commands and words in words */
    RH_SH_NOWHERE = UINT32_MAX
};

typedef struct rh_sh_parser {
    rh_arena *arena;
    rh_shell_script *script; /* where names, opaques and listed commands go */
    const char *text;
    uint32_t at, end;
    uint32_t levels;
    bool posix;                  /* see rh_shell_parse */
    bool extended;               /* shopt -s extglob was seen */
    bool in_condition;           /* the error is in [[ ]]: bash leaves $? as it was */
    const rh_shell_place *fixed; /* not NULL: the place of all (text that is not in the script) */
    const char *error;           /* the first syntax error; everything returns when it is set */
    uint32_t error_at;
    struct rh_sh_pending *pending; /* here-documents whose text comes behind the line */
    rh_lines lines;                /* of the script; begins NULL: of none */
} rh_sh_parser;

/* Modes of words: what ends them. */
typedef enum rh_sh_mode {
    RH_SH_WORD,      /* a blank or an operator */
    RH_SH_ASSIGNED,  /* the same, behind the = of an assignment */
    RH_SH_QUOTES,    /* " */
    RH_SH_BRACE,     /* } */
    RH_SH_SLASH,     /* / or } */
    RH_SH_COLON,     /* : or } */
    RH_SH_BRACKET,   /* ] */
    RH_SH_PARENS,    /* )) */
    RH_SH_SEMICOLON, /* ; or )): for (( )) */
    RH_SH_DOCUMENT,  /* the end of the text: here-documents */
    RH_SH_REGEX,     /* a blank outside of parentheses */
    RH_SH_GLOB       /* as a word, and ?( | ) groups */
} rh_sh_mode;

/* A script within a script: eval, traps. All its commands have this place (borrowed); its names go
 * into `names`. */
const rh_shell_script *rh_sh_parse_inner(rh_arena *arena, const char *text, size_t length,
                                         rh_sh_names *names, const rh_shell_place *place,
                                         uint32_t levels, bool extended, bool posix);

/* ---- for each other -------------------------------------------------------------------------- */

/* Sets the error if there is none yet; returns NULL. */
void *rh_sh_refuse(rh_sh_parser *parser, uint32_t at, const char *message);
/* As above, naming what stands at the cursor. */
void *rh_sh_unexpected(rh_sh_parser *parser);
/* Takes a level; false, with the error set, if there is none left. Give it back with levels++. */
bool rh_sh_descend(rh_sh_parser *parser);
rh_shell_place rh_sh_place(const rh_sh_parser *parser, uint32_t begin, uint32_t end);
rh_sh_slice rh_sh_source(const rh_sh_parser *parser, uint32_t begin);

/* Bytes behind the cursor; behind an error it may stand beyond the end. */
static inline uint32_t rh_sh_left(const rh_sh_parser *parser)
{
    return parser->at < parser->end ? parser->end - parser->at : 0;
}

static inline char rh_sh_peek(const rh_sh_parser *parser, uint32_t ahead)
{
    return rh_sh_left(parser) > ahead ? parser->text[parser->at + ahead] : '\0';
}

/* Blanks, line continuations and a comment. */
void rh_sh_skip_blanks(rh_sh_parser *parser);
/* Those, and newlines with the here-documents behind them. */
void rh_sh_skip_lines(rh_sh_parser *parser);
/* Whether the unquoted word at the cursor is exactly this. */
bool rh_sh_is_word(const rh_sh_parser *parser, const char *word);
/* Skips the word if it is there. */
bool rh_sh_take_word(rh_sh_parser *parser, const char *word);
bool rh_sh_ends_word(char c);

rh_sh_node *rh_sh_new_node(rh_sh_parser *parser, rh_sh_kind kind, uint32_t begin);
void rh_sh_finish_node(rh_sh_parser *parser, rh_sh_node *node, uint32_t begin);
/* A list up to what can only end it; `line`: up to the end of the line. NULL: empty, or error. */
const rh_sh_node *rh_sh_parse_list(rh_sh_parser *parser, bool line);
const rh_sh_node *rh_sh_parse_command(rh_sh_parser *parser);
/* One that begins with a reserved word or parenthesis; NULL without error: there is none. */
rh_sh_node *rh_sh_parse_compound(rh_sh_parser *parser);
rh_sh_node *rh_sh_parse_function(rh_sh_parser *parser, uint32_t begin, rh_sh_slice name);
/* The inside of [[ ]], up to and with ]]. */
const rh_sh_condition *rh_sh_parse_condition(rh_sh_parser *parser);
bool rh_sh_at_redirection(const rh_sh_parser *parser);
/* Parses the redirections at the cursor and gives them to the node. */
void rh_sh_parse_redirections(rh_sh_parser *parser, rh_sh_node *node, size_t *capacity);
void rh_sh_read_documents(rh_sh_parser *parser);
/* An opaque command, and its entry in the list of those. */
rh_sh_node *rh_sh_opaque(rh_sh_parser *parser, uint32_t begin, const char *why);

/* A word in a mode; the cursor stops at what ends it. Blanks before it are not skipped. */
const rh_sh_word *rh_sh_parse_word(rh_sh_parser *parser, rh_sh_mode mode, bool quoted);
/* A word at the cursor and what its braces make of it. */
void rh_sh_parse_words(rh_sh_parser *parser, const rh_sh_word ***words, size_t *count,
                       size_t *capacity);
/* The length of `name=`, `name+=` or `name[...]=` at the cursor; 0: no assignment. */
uint32_t rh_sh_assignment_length(const rh_sh_parser *parser);
const rh_sh_assignment *rh_sh_parse_assignment(rh_sh_parser *parser);
/* Pieces of words as they are gathered. */
typedef struct rh_sh_builder {
    rh_sh_part *parts;
    size_t count, capacity;
    rh_text run;
    bool run_open, run_quoted;
} rh_sh_builder;
void rh_sh_add(rh_sh_parser *parser, rh_sh_builder *builder, const char *text, size_t length,
               bool quoted);
void rh_sh_add_part(rh_sh_parser *parser, rh_sh_builder *builder, rh_sh_part part);
void rh_sh_close_run(rh_sh_parser *parser, rh_sh_builder *builder);
/* The parts up to what ends the mode. */
void rh_sh_parse_parts(rh_sh_parser *parser, rh_sh_builder *builder, rh_sh_mode mode, bool quoted);
/* What begins with $, the cursor on it. */
void rh_sh_parse_dollar(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted);
void rh_sh_parse_backquotes(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted);
/* <( ) and >( ), the cursor on the first byte. */
void rh_sh_parse_process(rh_sh_parser *parser, rh_sh_builder *builder);
const rh_sh_word *rh_sh_finish_word(rh_sh_parser *parser, rh_sh_builder *builder, uint32_t begin);
/* Brace expansion: appends the words that `word` stands for. */
void rh_sh_expand_braces(rh_sh_parser *parser, const rh_sh_word *word, const rh_sh_word ***words,
                         size_t *count, size_t *capacity);
/* Whether the (( at the cursor closes with )): arithmetic, not a subshell in a subshell. */
bool rh_sh_is_arithmetic(const rh_sh_parser *parser);

/* Whether a text has * or ?, or a [ that closes. */
bool rh_sh_is_glob(const char *text, size_t length);
/* The number of a builtin, + 1; 0: there is none of this name. */
uint32_t rh_sh_builtin(const char *name, size_t length);
/* Whether bash answers for the name, and dash has no such thing: "[[", "declare". */
bool rh_sh_is_only_in_bash(const char *name);
/* Whether it takes assignments as arguments: declare, export, local, ... */
bool rh_sh_builtin_declares(uint32_t builtin);

static inline bool rh_sh_name_begins(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool rh_sh_name_goes_on(char c)
{
    return rh_sh_name_begins(c) || (c >= '0' && c <= '9');
}

#endif
