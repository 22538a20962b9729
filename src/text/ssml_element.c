/* ssml_element.c - what each element of SSML does: to the style of what stands in it, or at its place. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "text/phones.h"
#include "text/say.h"
#include "text/ssml_parts.h"
#include "text/ssml_value.h"
#include "text/xsampa.h"

static const float longest_break = 10, longest_passage = 600;

static const struct {
    const char *name;
    enum sx_ssml_kind kind;
} elements[] = {
    {"speak", SX_SSML_SPEAK}, {"p", SX_SSML_P}, {"paragraph", SX_SSML_P}, {"s", SX_SSML_S}, {"sentence", SX_SSML_S}, {"break", SX_SSML_BREAK},
    {"prosody", SX_SSML_PROSODY}, {"emphasis", SX_SSML_EMPHASIS}, {"say-as", SX_SSML_SAY_AS}, {"sub", SX_SSML_SUB}, {"phoneme", SX_SSML_PHONEME},
    {"voice", SX_SSML_VOICE}, {"lang", SX_SSML_LANG}, {"mark", SX_SSML_MARK}, {"audio", SX_SSML_AUDIO}, {"token", SX_SSML_TOKEN}, {"w", SX_SSML_TOKEN},
    {"lexicon", SX_SSML_LEXICON}, {"lookup", SX_SSML_LOOKUP}, {"meta", SX_SSML_META}, {"metadata", SX_SSML_META}, {"desc", SX_SSML_DESC}};

enum sx_ssml_kind sx_ssml_kind(const char *local)
{
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (!strcmp(elements[i].name, local))
            return elements[i].kind;
    return SX_SSML_UNKNOWN;
}

/* A warning about an attribute of an element. */
static void warn_value(struct sx_ssml *ssml, enum sx_value result, const char *element, const char *attribute, const char *value)
{
    if (result == SX_VALUE_BAD)
        sx_ssml_warn(ssml, "<%s %s=\"%.60s\">: the value is not understood", element, attribute, value);
    else if (result == SX_VALUE_CLAMPED)
        sx_ssml_warn(ssml, "<%s %s=\"%.60s\"> is more than can be done: the nearest that can is taken", element, attribute, value);
}

static const char *keep(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char *text)
{
    return text ? sx_ssml_keep(ssml, frame, text, strlen(text)) : NULL;
}

/* The place of the tag at hand. */
static struct sx_point point_here(const struct sx_ssml *ssml, enum sx_point_kind kind)
{
    struct sx_point point = {.kind = (uint8_t)kind, .seconds = -1};
    sx_xml_range(&ssml->xml, &point.begin, &point.end);
    return point;
}

/* ------------------------------------------------------------------ what any element may have */

static void language(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char *tag)
{
    size_t n = 0;
    while ((tag[n] >= 'a' && tag[n] <= 'z') || (tag[n] >= 'A' && tag[n] <= 'Z') || (tag[n] >= '0' && tag[n] <= '9') || tag[n] == '-' || tag[n] == '_')
        n++;
    if (tag[n] || n > 35) {
        sx_ssml_warn(ssml, "xml:lang=\"%.40s\" is no language", tag);
        return;
    }
    char *copy = n ? (char *)keep(ssml, frame, tag) : NULL;
    for (char *c = copy; c && *c; c++)
        *c = *c == '_' ? '-' : *c;      /* "en_US", as in locales */
    frame->style.language = copy;
    frame->styled = true;
}

static void base(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char *uri)
{
    char *whole = sx_ssml_resolve(frame->base, uri);
    if (!whole)
        sx_ssml_no_memory(ssml);
    else if (strlen(whole) > SX_XML_VALUE)
        sx_ssml_warn(ssml, "xml:base leads too far away");
    else
        frame->base = keep(ssml, frame, whole);
    free(whole);
}

/* ------------------------------------------------------------------ one function an element */

static void speak(struct sx_ssml *ssml, const char **attributes)
{
    if (ssml->count > 1)
        return;
    const char *start = sx_xml_attribute(attributes, "startmark"), *end = sx_xml_attribute(attributes, "endmark");
    if ((start && !(ssml->startmark = strdup(start))) || (end && !(ssml->endmark = strdup(end))))
        sx_ssml_no_memory(ssml);
    ssml->speaking = !start;
}

static void pause(struct sx_ssml *ssml, const char **attributes)
{
    static const char *const strengths[] = {"none", "x-weak", "weak", "medium", "strong", "x-strong"};
    const char *strength = sx_xml_attribute(attributes, "strength"), *time = sx_xml_attribute(attributes, "time");
    struct sx_point point = point_here(ssml, SX_POINT_BREAK);
    point.strength = SX_BREAK_MEDIUM;
    if (strength) {
        int i = 0;
        while (i < 6 && strcmp(strengths[i], strength) != 0)
            i++;
        if (i < 6)
            point.strength = (uint8_t)(SX_BREAK_NONE + i);
        else
            warn_value(ssml, SX_VALUE_BAD, "break", "strength", strength);
    }
    if (time) {
        enum sx_value result = sx_value_time(time, longest_break, &point.seconds);
        if (result == SX_VALUE_BAD)
            point.seconds = -1;
        warn_value(ssml, result, "break", "time", time);
    }
    sx_ssml_out_point(ssml, point);
}

static void prosody(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    struct sx_style *style = &frame->style;
    const char *pitch = sx_xml_attribute(attributes, "pitch"), *range = sx_xml_attribute(attributes, "range");
    const char *rate = sx_xml_attribute(attributes, "rate"), *volume = sx_xml_attribute(attributes, "volume");
    const char *contour = sx_xml_attribute(attributes, "contour"), *duration = sx_xml_attribute(attributes, "duration");
    float hertz = ssml->options.hertz, seconds = 0;
    frame->styled = true;
    if (pitch)
        warn_value(ssml, sx_value_pitch(pitch, hertz, &style->pitch), "prosody", "pitch", pitch);
    if (range)
        warn_value(ssml, sx_value_range(range, hertz, &style->range), "prosody", "range", range);
    if (rate)
        warn_value(ssml, sx_value_rate(rate, &style->rate), "prosody", "rate", rate);
    if (volume)
        warn_value(ssml, sx_value_volume(volume, &style->volume), "prosody", "volume", volume);
    if (!contour && !duration)
        return;
    struct sx_style curve = *style;
    curve.contour_count = 0;
    if (contour)
        warn_value(ssml, sx_value_contour(contour, hertz, &curve), "prosody", "contour", contour);
    if (duration) {
        enum sx_value result = sx_value_time(duration, longest_passage, &seconds);
        warn_value(ssml, result, "prosody", "duration", duration);
        if (result == SX_VALUE_BAD)
            seconds = 0;
    }
    if (seconds <= 0 && !curve.contour_count)
        return;
    if (ssml->hold.on) {
        sx_ssml_warn(ssml, "<prosody>: a duration or contour inside another one changes nothing");
        return;
    }
    frame->holds = true;
    sx_ssml_hold_begin(ssml, seconds, &curve);
}

static void emphasis(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    static const char *const levels[] = {"none", "reduced", "moderate", "strong"};
    const char *level = sx_xml_attribute(attributes, "level");
    int i = level ? 0 : 2;
    while (level && i < 4 && strcmp(levels[i], level) != 0)
        i++;
    if (i == 4) {
        warn_value(ssml, SX_VALUE_BAD, "emphasis", "level", level);
        i = 2;
    }
    frame->style.emphasis = (uint8_t)(SX_EMPHASIS_NONE + i);
    frame->styled = true;
}

static void say_as(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    const char *as = sx_xml_attribute(attributes, "interpret-as");
    if (!as) {
        sx_ssml_warn(ssml, "<say-as> lacks interpret-as; what stands in it is read");
        return;
    }
    int kind = sx_say_as_kind(as);
    if (kind < 0) {
        sx_ssml_warn(ssml, "<say-as interpret-as=\"%.40s\"> is not known; what stands in it is read", as);
        return;
    }
    frame->style.as = (uint8_t)kind;
    frame->style.format = keep(ssml, frame, sx_xml_attribute(attributes, "format"));
    frame->style.detail = keep(ssml, frame, sx_xml_attribute(attributes, "detail"));
    frame->styled = frame->closed = true;
}

static void sub(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    const char *alias = sx_xml_attribute(attributes, "alias");
    if (!alias) {
        sx_ssml_warn(ssml, "<sub> lacks alias; what stands in it is read");
        return;
    }
    frame->style.instead = frame->filler = keep(ssml, frame, alias);
    frame->styled = frame->closed = true;
}

static bool good_arpabet(const char *phones)
{
    int count = 0;
    for (;; count++) {
        phones += strspn(phones, " \t\r\n");
        size_t n = strcspn(phones, " \t\r\n");
        struct sx_phone phone;
        if (!n)
            return count > 0;
        if (!sx_phone_parse_arpabet(phones, n, &phone))
            return false;
        phones += n;
    }
}

static bool good_ipa(const char *phones)
{
    int count = 0;
    for (;; count++) {
        phones += strspn(phones, " \t\r\n");
        size_t n = strcspn(phones, " \t\r\n");
        struct sx_phone word[SX_WORD_PHONES];
        if (!n)
            return count > 0;
        if (sx_phone_parse_ipa(phones, n, word, SX_WORD_PHONES) <= 0)
            return false;
        phones += n;
    }
}

static void phoneme(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    const char *phones = sx_xml_attribute(attributes, "ph"), *alphabet = sx_xml_attribute(attributes, "alphabet");
    char converted[1024];
    bool arpabet = false;
    if (!phones || !*phones) {
        sx_ssml_warn(ssml, "<phoneme> lacks ph; what stands in it is read");
        return;
    }
    const char *name = !alphabet ? "ipa" : !sx_ascii_compare_n(alphabet, "x-", 2) ? alphabet + 2 : alphabet;
    if (!sx_ascii_compare(name, "arpabet") || !sx_ascii_compare(name, "cmu") || !sx_ascii_compare(name, "cmu-arpabet")) {
        arpabet = true;
    } else if (!sx_ascii_compare(name, "sampa") || !sx_ascii_compare(name, "xsampa")) {
        if (sx_xsampa_to_ipa(phones, strlen(phones), converted, sizeof converted) < 0) {
            sx_ssml_warn(ssml, "<phoneme ph=\"%.60s\"> is not X-SAMPA; what stands in it is read", phones);
            return;
        }
        phones = converted;
    } else if (sx_ascii_compare(name, "ipa") != 0) {
        sx_ssml_warn(ssml, "<phoneme alphabet=\"%.40s\"> is not ipa, x-arpabet or x-sampa; what stands in it is read", alphabet);
        return;
    }
    if (!(arpabet ? good_arpabet(phones) : good_ipa(phones))) {
        sx_ssml_warn(ssml, "<phoneme ph=\"%.60s\"> has phones that are not known; what stands in it is read", phones);
        return;
    }
    frame->style.phones = frame->filler = keep(ssml, frame, phones);
    frame->style.alphabet = arpabet ? SYRINX_ARPABET : SYRINX_IPA;
    frame->styled = frame->closed = true;
}

/* A whole number, `none` where there is not one. */
static int whole(const char *text, int none)
{
    int value = 0;
    if (!text || !*text)
        return none;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || value > 100000)
            return none;
        value = value * 10 + (*text - '0');
    }
    return value;
}

static void voice(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    const char *names = sx_xml_attribute(attributes, "name"), *gender = sx_xml_attribute(attributes, "gender");
    const char *age = sx_xml_attribute(attributes, "age"), *variant = sx_xml_attribute(attributes, "variant");
    const char *languages = sx_xml_attribute(attributes, "languages"), *failure = sx_xml_attribute(attributes, "onvoicefailure");
    if (!names && !gender && !age && !variant && !languages)
        return;         /* <voice xml:lang="de"> of SSML 1.0 */
    const struct sx_ssml_options *options = &ssml->options;
    const char *speaker = options->choose_voice ? options->choose_voice(options->user, names, gender, whole(age, -1), whole(variant, 0), languages) : NULL;
    if (speaker) {
        frame->style.speaker = keep(ssml, frame, speaker);
        frame->styled = true;
    } else if (failure && !strcmp(failure, "ignoretext")) {
        sx_ssml_warn(ssml, "there is no such <voice>; what stands in it is not spoken");
        sx_ssml_silence(ssml);
    } else
        sx_ssml_warn(ssml, "there is no such <voice>; the one that speaks goes on");
}

static void mark(struct sx_ssml *ssml, const char **attributes)
{
    const char *name = sx_xml_attribute(attributes, "name");
    if (!name) {
        sx_ssml_warn(ssml, "<mark> lacks a name");
        return;
    }
    if (ssml->startmark && !strcmp(name, ssml->startmark)) {
        free(ssml->startmark);
        ssml->startmark = NULL;
        ssml->speaking = true;
    }
    struct sx_point point = point_here(ssml, SX_POINT_MARK);
    point.name = name;
    sx_ssml_out_point(ssml, point);
    if (ssml->speaking && ssml->endmark && !strcmp(name, ssml->endmark)) {
        free(ssml->endmark);
        ssml->endmark = NULL;
        ssml->speaking = false;
    }
}

static void audio(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    static const char *const unheeded[] = {"clipBegin", "clipEnd", "repeatCount", "repeatDur", "soundLevel", "speed"};
    const char *source = sx_xml_attribute(attributes, "src");
    char *path = NULL;
    if (!source || !*source)
        sx_ssml_warn(ssml, "<audio> lacks src; what stands in it is read");
    else if (!(path = sx_ssml_path(ssml->folder, frame->base, source)))
        sx_ssml_warn(ssml, "<audio src=\"%.60s\"> is not a file on this machine; what stands in it is read", source);
    if (path && ssml->options.playable && ssml->options.playable(ssml->options.user, path)) {
        for (size_t i = 0; i < sizeof unheeded / sizeof unheeded[0]; i++)
            if (sx_xml_attribute(attributes, unheeded[i]) && sx_ssml_once(ssml, "audio", unheeded[i]))
                sx_ssml_warn(ssml, "<audio %s> is not heeded", unheeded[i]);
        struct sx_point point = point_here(ssml, SX_POINT_AUDIO);
        point.name = path;
        sx_ssml_out_point(ssml, point);
        sx_ssml_silence(ssml);
    } else {
        if (path)
            sx_ssml_warn(ssml, "<audio src=\"%.60s\"> cannot be played; what stands in it is read", source);
        ssml->audios++;
        frame->read = true;
    }
    free(path);
}

/* "claws:VVD": the part behind the colon of each. */
static void token(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    const char *role = sx_xml_attribute(attributes, "role");
    frame->style.one_word = true;
    frame->styled = true;
    char *copy = role ? (char *)keep(ssml, frame, role) : NULL;
    if (!copy)
        return;
    char *out = copy;
    for (const char *in = copy; *in;) {
        size_t blanks = strspn(in, " \t\r\n"), n = strcspn(in + blanks, " \t\r\n");
        in += blanks;
        const char *colon = memchr(in, ':', n);
        size_t prefix = colon ? (size_t)(colon - in) + 1 : 0;
        if (n > prefix && out > copy)
            *out++ = ' ';
        memmove(out, in + prefix, n - prefix);
        out += n - prefix;
        in += n;
    }
    *out = 0;
    frame->style.role = *copy ? copy : NULL;
}

static void look_up(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char **attributes)
{
    const char *id = sx_xml_attribute(attributes, "ref");
    const struct sx_lexicon *lexicon = id ? sx_ssml_look_up(ssml, id, frame->style.lexicon) : NULL;
    if (!id)
        sx_ssml_warn(ssml, "<lookup> lacks ref");
    if (lexicon) {
        frame->style.lexicon = lexicon;
        frame->styled = true;
    }
}

/* ------------------------------------------------------------------ begin and end */

void sx_ssml_element_begin(struct sx_ssml *ssml, struct sx_ssml_frame *frame, const char *name, const char **attributes)
{
    const char *value;
    bool inside = frame->closed;        /* a <sub>, <phoneme> or <say-as> */
    if (!inside && (value = sx_xml_attribute(attributes, "xml:lang")))
        language(ssml, frame, value);
    if ((value = sx_xml_attribute(attributes, "xml:base")))
        base(ssml, frame, value);
    switch (frame->kind) {
    case SX_SSML_MARK:
        mark(ssml, attributes);
        return;
    case SX_SSML_BREAK:
        pause(ssml, attributes);
        return;
    case SX_SSML_META:
    case SX_SSML_DESC:
        if (ssml->count > 1 && frame[-1].kind == SX_SSML_AUDIO && frame->kind == SX_SSML_DESC && !frame[-1].described)
            frame[-1].described = true;
        else
            frame->kind = SX_SSML_META;
        sx_ssml_silence(ssml);
        return;
    case SX_SSML_LEXICON:
        sx_ssml_load_lexicon(ssml, frame, attributes);
        sx_ssml_silence(ssml);
        return;
    default:
        if (inside && frame->kind != SX_SSML_UNKNOWN) {
            if (sx_ssml_once(ssml, "inside", name))
                sx_ssml_warn(ssml, "<%.40s> changes nothing inside <sub>, <phoneme> and <say-as>", name);
            frame->kind = SX_SSML_UNKNOWN;
            return;
        }
    }
    switch (frame->kind) {
    case SX_SSML_SPEAK:
        speak(ssml, attributes);
        break;
    case SX_SSML_P:
        sx_ssml_out_boundary(ssml, SX_BOUNDARY_PARAGRAPH);
        break;
    case SX_SSML_S:
        sx_ssml_out_boundary(ssml, SX_BOUNDARY_SENTENCE);
        break;
    case SX_SSML_PROSODY:
        prosody(ssml, frame, attributes);
        break;
    case SX_SSML_EMPHASIS:
        emphasis(ssml, frame, attributes);
        break;
    case SX_SSML_SAY_AS:
        say_as(ssml, frame, attributes);
        break;
    case SX_SSML_SUB:
        sub(ssml, frame, attributes);
        break;
    case SX_SSML_PHONEME:
        phoneme(ssml, frame, attributes);
        break;
    case SX_SSML_VOICE:
        voice(ssml, frame, attributes);
        ssml->gap = true;
        break;
    case SX_SSML_LANG:
        if (!sx_xml_attribute(attributes, "xml:lang"))
            sx_ssml_warn(ssml, "<lang> lacks xml:lang");
        break;
    case SX_SSML_AUDIO:
        audio(ssml, frame, attributes);
        break;
    case SX_SSML_TOKEN:
        token(ssml, frame, attributes);
        break;
    case SX_SSML_LOOKUP:
        look_up(ssml, frame, attributes);
        break;
    default:
        break;
    }
}

/* What an element that holds nothing to be spoken stands for: its alias, its phones. */
static void fill(struct sx_ssml *ssml, const struct sx_ssml_frame *frame)
{
    uint64_t begin, end;
    sx_xml_range(&ssml->xml, &begin, &end);
    if (frame->filler && frame->heard == ssml->heard)
        sx_ssml_out_text(ssml, frame->filler, strlen(frame->filler), frame->begin, end);
}

void sx_ssml_element_end(struct sx_ssml *ssml, struct sx_ssml_frame *frame)
{
    fill(ssml, frame);
    switch (frame->kind) {
    case SX_SSML_SPEAK:
        if (ssml->count == 1)
            sx_ssml_out_boundary(ssml, SX_BOUNDARY_PARAGRAPH);
        break;
    case SX_SSML_P:
        sx_ssml_out_boundary(ssml, SX_BOUNDARY_PARAGRAPH);
        break;
    case SX_SSML_S:
        sx_ssml_out_boundary(ssml, SX_BOUNDARY_SENTENCE);
        break;
    case SX_SSML_PROSODY:
        if (frame->holds)
            sx_ssml_hold_end(ssml);
        break;
    case SX_SSML_VOICE:
        ssml->gap = true;
        break;
    case SX_SSML_AUDIO:
        if (!frame->read)
            break;
        if (frame->heard == ssml->heard && frame->desc.length)
            sx_ssml_out_text(ssml, frame->desc.data, frame->desc.length, frame->desc_begin, frame->desc_end);
        ssml->audios--;
        break;
    default:
        break;
    }
}
