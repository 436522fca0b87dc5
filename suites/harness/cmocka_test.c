/* rehearse/cmocka.h: the same table of tests, hosted by cmocka. */
#include "rehearse/cmocka.h"

#include <unistd.h>

static void holds(rh_env *env)
{
    rh_assert(env, true);
}

static void does_not_hold(rh_env *env)
{
    rh_assert(env, 2 + 2 == 5);
}

static void uses_cmocka(rh_env *env)
{
    (void)env;
    assert_string_equal("a", "b");
}

static const rh_test good_tests[] = {RH_TEST(holds), {.name = "again", .run = holds}, {0}};
static const rh_test bad_tests[] = {
    RH_TEST(holds), RH_TEST(does_not_hold), RH_TEST(uses_cmocka), {0}};
static const rh_module good = {RH_ABI_VERSION, sizeof(rh_module), "good", NULL, good_tests};
static const rh_module bad = {RH_ABI_VERSION, sizeof(rh_module), "bad", NULL, bad_tests};
static const rh_module old = {RH_ABI_VERSION + 1, sizeof(rh_module), "old", NULL, good_tests};

static int check(bool passed, const char *what)
{
    printf("%s: %s\n", passed ? "ok" : "FAILED", what);
    return !passed;
}

/* Hosts a module whose failures are wanted, and keeps what it prints out of this suite's output. */
static int host_quietly(const rh_module *module, char *printed, size_t size)
{
    FILE *file = tmpfile();
    if (!file)
        return -1;
    fflush(NULL);
    int kept_out = dup(STDOUT_FILENO), kept_err = dup(STDERR_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    int result = rh_cmocka_run(module);
    fflush(NULL);
    dup2(kept_out, STDOUT_FILENO);
    dup2(kept_err, STDERR_FILENO);
    close(kept_out);
    close(kept_err);
    rewind(file);
    printed[fread(printed, 1, size - 1, file)] = '\0';
    fclose(file);
    return result;
}

int main(void)
{
    static char printed[64 << 10];
    int failed = check(rh_cmocka_run(&good) == 0, "all pass: 0");
    failed |= check(host_quietly(&bad, printed, sizeof printed) == 1, "some fail: 1");
    failed |= check(strstr(printed, "2 + 2 == 5") != NULL, "the report is printed");
    failed |= check(strstr(printed, "2 FAILED TEST(S)") != NULL, "both failures are counted");
    failed |= check(host_quietly(&old, printed, sizeof printed) == 1, "another ABI: 1");
    failed |= check(strstr(printed, "ABI version") != NULL, "the ABI is named");
    return failed;
}
