/* fuzz_job.c - any bytes as a line of a job list, under both rules for paths, and as a member list; what is taken must keep the rules. */
#include <stdint.h>

#include "cli/job.c"
#include "cli/json.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the reader needs of the command, without its speakers and files. */
void cli_listen(struct cli_listener *listener)
{
    (void)listener;
}

void cli_speak_init(struct cli_speak *speak)
{
    memset(speak, 0, sizeof *speak);
    syrinx_options_init(&speak->options);
}

int cli_speak_check(struct cli_speak *speak)
{
    return speak->output && !(speak->ssml && speak->input) ? CLI_DONE : CLI_USAGE;
}

size_t cli_utf8(const char *text, size_t length, bool *valid)
{
    const unsigned char *bytes = (const unsigned char *)text;       /* stricter than needed would hide nothing: two bytes at most */
    *valid = bytes[0] < 0x80 || (bytes[0] >= 0xC2 && bytes[0] < 0xE0 && length > 1 && (bytes[1] & 0xC0) == 0x80);
    return *valid && bytes[0] >= 0x80 ? 2 : 1;
}

static void leads_out(const char *path)
{
    if (!path)
        return;
    if (*path == '/' || strncmp(path, "../", 3) == 0 || strstr(path, "/../") || strcmp(path, "..") == 0)
        abort();
    for (; *path; path++)
        if ((unsigned char)*path < 0x20)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct job_rules rules = { .folder = ".", .output = "." };
    struct job job = { .capacity = size + 1 };
    cli_speak_init(&rules.defaults);
    for (int any = 0; any < 2; any++) {
        job.line = realloc(job.line, size + 1);
        if (!job.line)
            return 0;
        memcpy(job.line, data, size);
        job.length = size;
        rules.any_path = any;
        if (!job_read(&job, &rules)) {
            if (!*job.told.message && cli_speak_check(&job.speak) == CLI_DONE)
                abort();                /* refused without a word */
            if (job.column < 1 || job.column > size + 1)
                abort();
            continue;
        }
        if (!job.id || !job.out || !job.text == !job.speak.file || !(job.speak.options.rate >= 0.25f && job.speak.options.rate <= 6))
            abort();
        if (!any) {
            leads_out(job.out);
            leads_out(job.events);
            leads_out(job.speak.file);
            leads_out(job.speak.options.lexicon);
        }
    }
    job_free(&job);
    return 0;
}
