#include "harness/shell.h"

#include <string.h>

void rh_shell_word(rh_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:=@%+,";
    if (word[0] && !word[strspn(word, plain)]) {
        rh_text_puts(text, word);
        return;
    }
    rh_text_putc(text, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            rh_text_puts(text, "'\\''");
        else
            rh_text_putc(text, *word);
    }
    rh_text_putc(text, '\'');
}
