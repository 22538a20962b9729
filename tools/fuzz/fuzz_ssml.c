/* fuzz_ssml.c - any bytes as SSML, whole and cut at places that the bytes choose: the sink gets the same, in order, as UTF-8 within the document. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "text/ssml.h"

struct seen {
    uint64_t hash, last, end;       /* end: of the document */
};

static void mix(struct seen *seen, uint64_t value)
{
    seen->hash = (seen->hash ^ value) * 1099511628211u;
}

static void check(bool good)
{
    if (!good)
        abort();
}

/* Byte by byte, so that pieces that follow on are one. */
static int text(void *user, const char *bytes, size_t length, uint64_t begin, uint64_t end, struct sx_error *error)
{
    struct seen *seen = user;
    (void)error;
    check(length && begin >= seen->last && begin <= end && end <= seen->end);
    seen->last = begin;
    bool exact = end - begin == length;
    for (size_t i = 0; i < length;) {
        uint32_t code;
        size_t n = (size_t)sx_utf8_decode(bytes + i, length - i, &code);
        check(code != 0xFFFD || n == 3);
        for (size_t k = i; k < i + n; k++) {
            mix(seen, (unsigned char)bytes[k]);
            mix(seen, exact ? begin + k : begin);
            mix(seen, exact ? begin + k + 1 : end);
        }
        i += n;
    }
    return 0;
}

static void mix_string(struct seen *seen, const char *string)
{
    for (; string && *string; string++)
        mix(seen, (unsigned char)*string);
    mix(seen, string ? 1 : 2);
}

static int style(void *user, const struct sx_style *s, struct sx_error *error)
{
    struct seen *seen = user;
    (void)error;
    check(s->rate >= 0.2f && s->rate <= 6 && s->pitch >= -24 && s->pitch <= 24 && s->range >= 0 && s->range <= 4 && s->volume <= 20 && s->seconds >= 0 &&
          s->seconds <= 600 && s->contour_count <= SX_CONTOUR_POINTS && s->emphasis <= SX_EMPHASIS_STRONG);
    for (int i = 0; i < s->contour_count; i++)
        check(s->contour[i].at >= (i ? s->contour[i - 1].at : 0) && s->contour[i].at <= 1 && isfinite(s->contour[i].pitch));
    const char *const strings[] = {s->format, s->detail, s->language, s->speaker, s->instead, s->phones, s->role};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        mix_string(seen, strings[i]);
    mix(seen, (uint64_t)(s->rate * 1000));
    mix(seen, (uint64_t)(int64_t)(s->pitch * 1000));
    mix(seen, s->emphasis);
    return 0;
}

static int boundary(void *user, enum sx_boundary which, struct sx_error *error)
{
    (void)error;
    mix(user, which);
    return 0;
}

static int point(void *user, const struct sx_point *p, struct sx_error *error)
{
    struct seen *seen = user;
    (void)error;
    check(p->begin <= p->end && p->end <= seen->end && (p->seconds == -1 || (p->seconds >= 0 && p->seconds <= 10)));
    mix(seen, p->kind);
    mix(seen, p->begin);
    mix_string(seen, p->name);
    return 0;
}

static void warn(void *user, const char *message)
{
    (void)user;
    check(*message && strlen(message) < 480);
}

static const char *choose(void *user, const char *names, const char *gender, int age, int variant, const char *languages)
{
    (void)user;
    (void)age;
    (void)languages;
    return names || variant > 1 ? "kathleen" : gender ? gender : NULL;
}

static bool playable(void *user, const char *path)
{
    (void)user;
    return strlen(path) & 1;
}

static int run(const uint8_t *data, size_t size, bool cut, struct seen *seen)
{
    struct sx_error error;
    struct sx_ssml *ssml;
    const struct sx_ssml_options options = {.warn = warn, .choose_voice = choose, .playable = playable, .folder = "/nonexistent"};
    const struct sx_markup_sink sink = {seen, text, style, boundary, point};
    *seen = (struct seen){.hash = 1, .end = size};
    if (sx_ssml_new(&options, &sink, 0, &ssml, &error) < 0)
        return 0;
    int status = 0;
    for (size_t at = 0, n; at < size && status >= 0; at += n) {
        n = cut ? 1 + data[at] * 7u % 13 : size;
        n = n < size - at ? n : size - at;
        status = sx_ssml_push(ssml, (const char *)data + at, n, &error);
    }
    if (status >= 0)
        status = sx_ssml_end(ssml, &error);
    check(status >= 0 || (error.code == status && error.message[0]));
    sx_ssml_free(ssml);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen whole, cut;
    int a = run(data, size, false, &whole), b = run(data, size, true, &cut);
    /* the text right before a mistake comes or not, as expat gets it */
    check(a == b && (a < 0 || whole.hash == cut.hash));
    return 0;
}
