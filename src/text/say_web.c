/* say_web.c - addresses of pages and mail, names of files, #tags and @names: cut into pieces that are words, letters, digits or named signs. */
#include "text/say.h"

#include <string.h>

enum { LONGEST = 600 };

static const char domains[] = " com org net edu gov mil int info biz name museum io co uk us ca de fr it es nl au jp cn ru ch eu tv me ly ai app dev blog shop online site "
                              "xyz tech news cloud abc sm ";
static const char said_domains[] = " com org net gov mil info biz name museum app dev blog shop online site tech news cloud ";
static const char endings[] = " md txt c h cc cpp hpp py rs go js ts java rb php html htm css json xml yaml yml toml ini cfg conf pdf doc docx xls xlsx ppt pptx odt csv tsv "
                              "jpg jpeg png gif svg bmp tiff mp3 mp4 wav flac ogg avi mov mkv zip tar gz bz2 xz rar exe dll so iso sh bat log bak sql db onnx ";

static bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static const char *sign_name(char c)
{
    switch (c) {
    case '.': return "dot";
    case '/': return "slash";
    case '\\': return "backslash";
    case ':': return "colon";
    case '@': return "at";
    case '_': return "underscore";
    case '-': return "dash";
    case '+': return "plus";
    case '?': return "question mark";
    case '=': return "equals";
    case '&': return "and";
    case '%': return "percent";
    case '#': return "hash";
    case '~': return "tilde";
    default: return NULL;
    }
}

/* Reads text[begin, end) piece by piece. `host`: where the name of the machine ends; its last part is a domain. */
static void pieces(struct sx_say *say, size_t begin, size_t end, size_t host)
{
    const char *text = say->text;
    size_t last_stop = begin;
    for (size_t i = begin; i < host; i++)
        if (text[i] == '.')
            last_stop = i;
    for (size_t i = begin; i < end;) {
        size_t j = i + 1;
        if (is_alpha(text[i])) {
            while (j < end && is_alpha(text[j]))
                j++;
            bool domain = last_stop > begin && i > last_stop && j <= host;
            bool ending = i && text[i - 1] == '.' && j == end && !domain && i > begin && sx_say_one_of(text + i, j - i, endings);
            if (sx_say_one_of(text + i, j - i, " www http https ftp ") || (domain && !sx_say_one_of(text + i, j - i, said_domains) && j - i <= 3) ||
                (ending && !sx_say_one_of(text + i, j - i, " doc zip tar log java go bat ")))
                sx_say_spell(say, i, j, text + i, j - i);
            else
                sx_say_piece(say, i, j, text + i, j - i);
        } else if (is_digit(text[i])) {
            while (j < end && is_digit(text[j]))
                j++;
            sx_say_spell(say, i, j, text + i, j - i);
        } else {
            const char *name = sign_name(text[i]);
            if (name)
                sx_say_add(say, i, j, name);
        }
        i = j;
    }
}

static bool take(struct sx_say *say, size_t length, size_t host)
{
    const char *p = say->text + say->at;
    /* punctuation at the end belongs to the sentence */
    while (length && strchr(".,;:!?)'\"]", p[length - 1]))
        length--;
    if (length > LONGEST)
        length = LONGEST;
    pieces(say, say->at, say->at + length, say->at + (host > length ? length : host));
    say->at += length;
    return true;
}

bool sx_say_web(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m, tail;
    char before = say->at ? p[-1] : ' ';
    if (is_alpha(before) || is_digit(before))
        return false;
    if (*p == '#' && sx_match("#(\\a[\\w_]*)", p, &m)) {
        sx_say_add(say, say->at, say->at + 1, "hashtag");
        pieces(say, say->at + 1, say->at + m.length, 0);
        say->at += m.length;
        return true;
    }
    if (*p == '@' && sx_match("@(\\w[\\w_.]*)", p, &m)) {
        return take(say, m.length, 0);
    }
    if ((*p == '/' && !is_alpha(before) && before != '/' && before != '<') || *p == '~') {
        if (sx_match("~?(/[\\w._+-]+)+/?", p, &m))
            return take(say, m.length, 0);
        return false;
    }
    if (!is_alpha(*p) && !is_digit(*p))
        return false;
    /* quick refusal of ordinary words */
    size_t n = 0;
    bool sign = false;
    while (p[n] && p[n] != ' ' && p[n] != '\n' && n < LONGEST) {
        sign |= (p[n] == '.' && (is_alpha(p[n + 1]) || is_digit(p[n + 1]))) || strchr("@/\\:", p[n]);
        n++;
    }
    if (!sign)
        return false;
    if (sx_match_nocase("(https?|ftp|file)://[\\w.:-]*", p, &m)) {
        size_t host = m.length;
        sx_match("[^ \n\"<>]*", p + m.length, &tail);
        return take(say, m.length + tail.length, host);
    }
    if (sx_match("\\w[\\w._+-]*@[\\w-]+(.[\\w-]+)+", p, &m)) {
        size_t host = m.length;
        if (sx_match("/[^ \n\"<>]*", p + m.length, &tail))
            return take(say, m.length + tail.length, host);
        return take(say, m.length, host);
    }
    if (sx_match("\\u:\\\\[^ \n\"<>]*", p, &m))
        return take(say, m.length, 0);
    if (sx_match("[ru]/\\a\\w+\\b", p, &m))
        return take(say, m.length, 0);
    /* www.x.y, x.com, docs.python.org/3/ */
    if (sx_match("(\\w[\\w-]*.)+(\\a{2,6})\\b", p, &m)) {
        size_t host = m.length;
        const char *name = m.from[2];
        bool web = sx_match_nocase("www.", p, &tail) || (sx_say_one_of(name, m.size[2], domains) && (name[0] >= 'a' || p[0] < 'a') && (m.length - m.size[2] > 2));
        bool file = sx_say_one_of(name, m.size[2], endings);
        if (web && m.size[2] == 2 && p[m.length] != '/' && sx_say_one_of(name, 2, " us it me in is at to no so ") && sx_match("\\a+.\\a\\a\\b", p, &tail))
            web = false;        /* "end.it" is a slip of the pen */
        if (web || file) {
            if (web && sx_match("(:\\d+)?[/?][^ \n\"<>]*", p + host, &tail))
                return take(say, host + tail.length, host);
            return take(say, host, web ? host : 0);
        }
    }
    if (sx_match("\\w[\\w_-]*.(c|h|o|a)\\b", p, &m) && !(p[0] >= 'A' && p[0] <= 'Z') && p[1] != '.' && m.length > 3)
        return take(say, m.length, 0);
    /* snake_case and relative paths */
    if (sx_match("\\w+(_\\w+)+\\b", p, &m) || sx_match("[\\w.-]+(/[\\w.-]+){2,}\\b", p, &m)) {
        if (!is_digit(*p))
            return take(say, m.length, 0);
    }
    return false;
}
