/* Redirections, and what is written to and read from descriptors. */
#include "sim/shell/play.h"

rh_sh_file *rh_sh_new_file(rh_sh_shell *shell, rh_sh_file_kind kind)
{
    rh_sh_file *file = RH_NEW(shell->arena, rh_sh_file);
    file->kind = (uint8_t)kind;
    file->text = rh_text_in(shell->arena);
    return file;
}

rh_sh_file *rh_sh_reader(rh_sh_shell *shell, const rh_value *content)
{
    rh_sh_file *file = rh_sh_new_file(shell, RH_SH_READS);
    file->content = content;
    file->flags = (uint8_t)rh_sh_flags(content);
    return file;
}

const rh_value *rh_sh_captured(rh_sh_shell *shell, const rh_sh_file *file)
{
    if (file->unknown)
        return rh_sh_unknown_from(shell, file->unknown, file->flags);
    return rh_sh_string(shell, file->text.data, file->text.length, file->flags);
}

const rh_value *rh_sh_input(rh_sh_shell *shell)
{
    rh_sh_file *file = shell->state.files[0];
    if (!file || file->kind == RH_SH_PRINTS || file->kind == RH_SH_CAPTURES)
        return NULL;
    if (file->kind != RH_SH_READS)
        return shell->empty;
    if (file->content->kind != RH_STRING || !file->offset)
        return file->content;
    return rh_sh_string(shell, file->content->as.text + file->offset,
                        file->content->count - file->offset, file->flags);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void capture(rh_sh_file *file, const rh_value *text)
{
    file->flags |= (uint8_t)rh_sh_flags(text);
    if (text->kind == RH_STRING)
        rh_text_add(&file->text, text->as.text, text->count);
    else if (!file->unknown)
        file->unknown = text;
}

static void write_file(rh_sh_shell *shell, rh_sh_file *file, const rh_value *text)
{
    if (shell->player->write)
        shell->player->write(shell->player->data, file->path, text, file->append, &file->place);
    file->append = true;
    file->written = true;
}

void rh_sh_write(rh_sh_shell *shell, int fd, const rh_value *text)
{
    rh_sh_file *file = shell->state.files[fd];
    if (!file || shell->flow == RH_SH_STOPS)
        return;
    if (shell->state.taint & ~rh_sh_flags(text) && fd == 1) {
        unsigned flags = rh_sh_flags(text) | shell->state.taint;
        text = text->kind == RH_STRING ? rh_sh_string(shell, text->as.text, text->count, flags)
                                       : rh_sh_unknown_from(shell, text, flags);
    }
    if (text->kind == RH_STRING && !text->count && file->kind != RH_SH_CAPTURES)
        return;
    switch (file->kind) {
    case RH_SH_PRINTS:
        if (shell->player->print)
            shell->player->print(shell->player->data, text, file->error);
        break;
    case RH_SH_CAPTURES:
        capture(file, text);
        break;
    case RH_SH_WRITES:
        write_file(shell, file, text);
        break;
    default:
        break;
    }
}

void rh_sh_write_text(rh_sh_shell *shell, int fd, const char *text, size_t length, unsigned flags)
{
    if (!shell->state.files[fd])
        return;
    rh_sh_write(shell, fd, rh_sh_string(shell, text, length, flags));
}

static bool among(rh_sh_file *const *files, const rh_sh_file *file)
{
    for (int i = 0; i < RH_SH_FILES; i++)
        if (files[i] == file)
            return true;
    return false;
}

/* A file that was opened for writing and got nothing is there, too: empty. */
void rh_sh_close_written(rh_sh_shell *shell, rh_sh_file *const *before)
{
    for (int i = 0; i < RH_SH_FILES; i++) {
        rh_sh_file *file = shell->state.files[i];
        if (!file || file->kind != RH_SH_WRITES || file->written || among(before, file))
            continue;
        if (shell->flow != RH_SH_STOPS)
            write_file(shell, file, shell->empty);
        file->written = true;
    }
}

/* ---- opening --------------------------------------------------------------------------------- */

/* /dev/null and its kin: their file, or NULL if the path is another. */
static rh_sh_file *device(rh_sh_shell *shell, const rh_value *path)
{
    static const struct {
        const char *path;
        int fd;
    } devices[] = {{"/dev/stdout", 1}, {"/dev/stderr", 2}, {"/dev/stdin", 0},
                   {"/dev/fd/0", 0},   {"/dev/fd/1", 1},   {"/dev/fd/2", 2}};
    if (path->kind != RH_STRING)
        return NULL;
    if (strcmp(path->as.text, "/dev/null") == 0 || strcmp(path->as.text, "/dev/tty") == 0)
        return rh_sh_new_file(shell, RH_SH_NOTHING);
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (strcmp(path->as.text, devices[i].path) == 0)
            return shell->state.files[devices[i].fd] ? shell->state.files[devices[i].fd]
                                                     : rh_sh_new_file(shell, RH_SH_NOTHING);
    return NULL;
}

static rh_sh_file *open_for_writing(rh_sh_shell *shell, const rh_sh_redirection *redirection,
                                    const rh_value *path, bool append)
{
    rh_sh_file *file = device(shell, path);
    if (file)
        return file;
    if (path->kind == RH_STRING && !path->count) {
        rh_sh_complain(shell, ": No such file or directory");
        return NULL;
    }
    file = rh_sh_new_file(shell, RH_SH_WRITES);
    file->path = path;
    file->append = append;
    file->place = redirection->place;
    file->next = shell->opened;
    shell->opened = file;
    return file;
}

/* What is open for writing is there, and empty, before it is read. */
static void flush(rh_sh_shell *shell, const rh_value *path)
{
    for (rh_sh_file **at = &shell->opened; *at;) {
        rh_sh_file *file = *at;
        if (!file->written && rh_equal(file->path, path))
            write_file(shell, file, shell->empty);
        if (file->written)
            *at = file->next;
        else
            at = &file->next;
    }
}

static rh_sh_file *open_for_reading(rh_sh_shell *shell, const rh_value *path)
{
    rh_sh_file *file = device(shell, path);
    if (file)
        return file->kind == RH_SH_NOTHING ? rh_sh_reader(shell, shell->empty) : file;
    flush(shell, path);
    const rh_value *content =
        shell->player->read ? shell->player->read(shell->player->data, path) : NULL;
    if (!content) {
        rh_sh_complain(shell, "%s: No such file or directory", rh_text_of(path));
        return NULL;
    }
    return rh_sh_reader(shell, content);
}

void rh_sh_play_writer(rh_sh_shell *shell, const rh_sh_node *node)
{
    int status = shell->status;
    rh_sh_note(shell, "what goes to >(...) is played at once, with an unknown input");
    rh_sh_state *saved = rh_sh_begin_subshell(shell);
    shell->state.files[0] = rh_sh_reader(shell, rh_sh_unknown(shell, 0));
    shell->state.fate = RH_SHELL_SUBSTITUTED;
    if (node)
        rh_sh_play(shell, node);
    rh_sh_end_subshell(shell, saved);
    shell->status = status;
}

/* < <(commands) reads what they write; > >(commands) is played with an unknown input. */
static rh_sh_file *open_process(rh_sh_shell *shell, const rh_sh_part *part, int fd)
{
    int status = shell->status;
    const rh_value *output = shell->empty;
    if (part->reads) {
        output = rh_sh_capture(shell, part->as.commands, RH_SHELL_SUBSTITUTED);
        shell->status = status;
        return rh_sh_reader(shell, output);
    }
    rh_sh_play_writer(shell, part->as.commands);
    return shell->state.files[fd] ? shell->state.files[fd] : rh_sh_new_file(shell, RH_SH_NOTHING);
}

static bool duplicate(rh_sh_shell *shell, const rh_sh_redirection *redirection,
                      const rh_value *target)
{
    const char *text = rh_text_of(target);
    if (strcmp(text, "-") == 0) {
        shell->state.files[redirection->fd] = NULL;
        return true;
    }
    if (text[0] >= '0' && text[0] <= '9' && (!text[1] || (text[1] == '-' && !text[2]))) {
        rh_sh_file *file = shell->state.files[text[0] - '0'];
        if (!file && text[0] == '0')
            file = rh_sh_reader(shell, shell->empty);
        if (!file) {
            rh_sh_complain(shell, "%s: Bad file descriptor", text);
            return false;
        }
        shell->state.files[redirection->fd] = file;
        return true;
    }
    rh_sh_complain(shell, "%s: ambiguous redirect", text);
    return false;
}

static bool here(rh_sh_shell *shell, const rh_sh_redirection *redirection)
{
    const rh_value *content = rh_sh_expand(shell, redirection->word, RH_SH_AS_STRING);
    if (shell->flow != RH_SH_GOES_ON)
        return false;
    if (redirection->here_string && content->kind == RH_STRING) {
        rh_text text = rh_text_in(shell->arena);
        rh_text_add(&text, content->as.text, content->count);
        rh_text_putc(&text, '\n');
        content = rh_sh_string(shell, text.data, text.length, rh_sh_flags(content));
    }
    shell->state.files[redirection->fd] = rh_sh_reader(shell, content);
    return true;
}

/* The target; NULL: it is several words, or none. */
static const rh_value *target_of(rh_sh_shell *shell, const rh_sh_redirection *redirection)
{
    rh_sh_fields fields = {0};
    rh_sh_expand_fields(shell, redirection->word, &fields);
    if (shell->flow != RH_SH_GOES_ON)
        return NULL;
    if (fields.count == 1)
        return fields.items[0];
    rh_sh_complain(shell, "%.*s: ambiguous redirect", (int)redirection->word->source.length,
                   redirection->word->source.text);
    return NULL;
}

static bool open_target(rh_sh_shell *shell, const rh_sh_redirection *redirection,
                        const rh_value *target)
{
    rh_sh_file *file;
    switch (redirection->kind) {
    case RH_SH_FROM:
        file = open_for_reading(shell, target);
        break;
    case RH_SH_APPEND:
    case RH_SH_BOTH_APPEND:
        file = open_for_writing(shell, redirection, target, true);
        break;
    case RH_SH_DUPLICATE:
        if (rh_sh_is_unknown(target)) {
            rh_sh_note(shell, "a redirection to an unknown descriptor is left out");
            return true;
        }
        return duplicate(shell, redirection, target);
    default:
        file = open_for_writing(shell, redirection, target, false);
    }
    if (!file)
        return false;
    shell->state.files[redirection->fd] = file;
    if (redirection->kind == RH_SH_BOTH || redirection->kind == RH_SH_BOTH_APPEND)
        shell->state.files[2] = file;
    return true;
}

static bool redirect(rh_sh_shell *shell, const rh_sh_redirection *redirection)
{
    const rh_sh_word *word = redirection->word;
    if (redirection->fd >= RH_SH_FILES) {
        rh_sh_note(shell, "descriptors above 9 are left out");
        return true;
    }
    if (redirection->kind == RH_SH_HERE)
        return here(shell, redirection);
    if (word->count == 1 && word->parts[0].kind == RH_SH_PROCESS) {
        shell->state.files[redirection->fd] = open_process(shell, &word->parts[0], redirection->fd);
        return shell->flow == RH_SH_GOES_ON;
    }
    const rh_value *target = target_of(shell, redirection);
    return target && open_target(shell, redirection, target);
}

bool rh_sh_redirect(rh_sh_shell *shell, const rh_sh_node *node)
{
    for (uint32_t i = 0; i < node->redirection_count; i++) {
        if (!redirect(shell, node->redirections[i])) {
            if (shell->flow == RH_SH_GOES_ON)
                shell->status = 1;
            return false;
        }
    }
    return true;
}
