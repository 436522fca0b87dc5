/* The functions of expressions. X(NAME, "name", least arguments, most, bits of RH_USES_ of which
 * one must be allowed; 0: always)
 */
#ifndef RH_EXPRESSION_FUNCTIONS_H
#define RH_EXPRESSION_FUNCTIONS_H

#define RH_EXPRESSION_STATUS (RH_USES_STATUS | RH_USES_JOB_STATUS)

#define RH_EXPRESSION_FUNCTIONS(X)                                                                 \
    X(CASE, "case", 3, 255, 0)                                                                     \
    X(CONTAINS, "contains", 2, 2, 0)                                                               \
    X(ENDS_WITH, "endsWith", 2, 2, 0)                                                              \
    X(FORMAT, "format", 1, 255, 0)                                                                 \
    X(JOIN, "join", 1, 2, 0)                                                                       \
    X(STARTS_WITH, "startsWith", 2, 2, 0)                                                          \
    X(TO_JSON, "toJSON", 1, 1, 0)                                                                  \
    X(FROM_JSON, "fromJSON", 1, 1, 0)                                                              \
    X(HASH_FILES, "hashFiles", 1, 255, RH_USES_HASH_FILES)                                         \
    X(ALWAYS, "always", 0, 0, RH_EXPRESSION_STATUS)                                                \
    X(SUCCESS, "success", 0, 0, RH_EXPRESSION_STATUS)                                              \
    X(FAILURE, "failure", 0, 0, RH_EXPRESSION_STATUS)                                              \
    X(CANCELLED, "cancelled", 0, 0, RH_EXPRESSION_STATUS)

typedef enum rh_function {
#define X(name, text, least, most, allowed) RH_FUNCTION_##name,
    RH_EXPRESSION_FUNCTIONS(X)
#undef X
        RH_FUNCTION_COUNT
} rh_function;

#endif
