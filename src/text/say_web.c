/* say_web.c - addresses of pages and mail, names of files, #tags and @names: cut into pieces that are words, letters, digits or named signs. */
#include "text/say.h"

#include <string.h>

#include "base/ascii.h"

enum { LONGEST = 600 };

static const char domains[] = " com org net edu gov mil int info biz name museum io co uk us ca de fr it es nl au jp cn ru ch eu tv me ly ai app dev blog "
    "shop online site "
                              "xyz tech news cloud abc sm wiki page zone store live world club agency edu bank guru ninja earth space website fun wtf ";
/* Countries that are domains behind "www." or before "/" only: "be", "is" and others are words. */
static const char countries[] = " at be se no dk fi pl pt gr cz hu ro ie il in kr mx br ar za nz sg hk tw tr ua is cc to fm gg so gl vc lu li si sk hr bg rs "
    "lt lv ee id my ph th vn sa ae eg ng ke ma pk "
                                "bd lk pe cl ve ws gd la sh st im je mu cx am nu mn ms tk ga gq cf ml co io ai ";
static const char said_domains[] = " com org net gov mil info biz name museum app dev blog shop online site tech news cloud co me wiki page zone store live "
    "world club agency bank guru ninja earth space "
                                   "website fun ";
static const char endings[] = " md txt c h cc cpp hpp py rs go js ts java rb php html htm css json xml yaml yml toml ini cfg conf pdf doc docx xls xlsx ppt "
    "pptx odt csv tsv "
                              "webp heic ico psd eps epub mobi rtf tex bib odp ods jsonl ndjson parquet sqlite lua pl pm jl kt swift scala vue jsx tsx scss "
                                  "asm cs vb ps1 cmd apk dmg deb rpm msi "
                              "jar whl lock patch diff ipynb h5 npz pt pth ckpt mid midi aac m4a m4v mpg mpeg webm flv wmv srt vtt ttf otf woff tmp bin dat "
                                  "torrent ics vcf eml "
                              "jpg jpeg png gif svg bmp tiff tif mp3 mp4 wav flac ogg avi mov mkv zip tar gz bz2 xz rar exe dll so iso sh bat log bak sql db "
                                  "onnx ";

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

/* A word whatever its case: "Example.COM". */
static void say_small(struct sx_say *say, size_t begin, size_t end)
{
    char word[64];
    size_t n = end - begin < sizeof word ? end - begin : sizeof word - 1;
    for (size_t i = 0; i < n; i++)
        word[i] = sx_ascii_lower(say->text[begin + i]);
    sx_say_piece(say, begin, end, word, n);
}

/* Reads text[begin, end) piece by piece. `host`: where the name of the machine ends; its last part is a domain. */
static void pieces(struct sx_say *say, size_t begin, size_t end, size_t host)
{
    bool tag = begin && (say->text[begin - 1] == '#' || say->text[begin] == '@');
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
            else if (domain || (i >= begin + 4 && j < host && sx_say_one_of(text + i, j - i, " co ")))
                say_small(say, i, j);
            else
                sx_say_piece(say, i, j, text + i, j - i);
        } else if (is_digit(text[i])) {
            while (j < end && is_digit(text[j]))
                j++;
            char number[SX_NUMBER_ROOM];
            size_t n = j - i;
            /* "#COVID19", "#Election2024" */
            if (tag && text[i] != '0' && (n <= 2 || (n == 4 && (text[i] == '1' || text[i] == '2'))))
                sx_say_add(say, i, j, n <= 2 ? sx_number_cardinal(text + i, n, number, sizeof number) : sx_number_year(text + i, n, number, sizeof number));
            else
                sx_say_spell(say, i, j, text + i, n);
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

/* "enjoy.com.my": the part before the country's is one that countries give. */
static bool second_level(const char *p, const char *name)
{
    const char *part = name - 1;
    while (part > p && part[-1] != '.')
        part--;
    return part > p && sx_say_one_of(part, (size_t)(name - 1 - part), " com co org net edu gov ac go or ne gob gouv ");
}

bool sx_say_web(struct sx_say *say)
{
    const char *p = say->text + say->at;
    struct sx_match m, tail;
    char before = say->at ? p[-1] : ' ';
    if (is_alpha(before) || is_digit(before))
        return false;
    /* "#2024goals", but "#5 hit" is a number */
    if (*p == '#' && (sx_match("#(\\a[\\w_]*)", p, &m) || sx_match("#(\\d+\\a{2}[\\w_]*)", p, &m)) && !sx_match("#\\d+(st|nd|rd|th)\\b", p, &tail)) {
        sx_say_add(say, say->at, say->at + 1, "hashtag");
        pieces(say, say->at + 1, say->at + m.length, 0);
        say->at += m.length;
        return true;
    }
    if (*p == '@' && sx_match("@(\\w[\\w_.]*)", p, &m)) {
        return take(say, m.length, 0);
    }
    /* /etc/hosts, ~/x, ../up, ./run.sh, .bashrc */
    if ((*p == '/' && !is_alpha(before) && before != '/' && before != '<') || *p == '~') {
        if (sx_match("~?(/[\\w._+*-]+)+/?", p, &m) || sx_match("~/", p, &m))
            return take(say, m.length, 0);
        return false;
    }
    if (*p == '.' && (before == ' ' || before == '"' || before == '\'' || before == '(') &&
        (sx_match("(..?/)+[\\w._+*/-]*", p, &m) || sx_match(".\\l[\\w_-]+(.[\\w_-]+)*", p, &m)))
        return take(say, m.length, 0);
    if (*p == '*' && sx_match("[*].\\w+\\b", p, &m)) {         /* *.txt */
        sx_say_add(say, say->at, say->at + 1, "star");
        say->at++;
        pieces(say, say->at, say->at + m.length - 1, 0);
        say->at += m.length - 1;
        return true;
    }
    if (*p == '\\' && p[1] == '\\' && sx_match("\\\\\\\\[\\w._$-]+(\\\\[\\w._$-]+)*", p, &m))
        return take(say, m.length, 0);
    if (!is_alpha(*p) && !is_digit(*p))
        return false;
    /* quick refusal of ordinary words */
    size_t n = 0;
    bool sign = false;
    while (p[n] && p[n] != ' ' && p[n] != '\n' && n < LONGEST) {
        sign |= (p[n] == '.' && (is_alpha(p[n + 1]) || is_digit(p[n + 1]))) || strchr("@/\\:_", p[n]);
        n++;
    }
    if (!sign)
        return false;
    if (sx_match_nocase("(https?|ftps?|sftp|file|ssh|git|wss?|svn|ldap|rtmp|irc|smb)://[\\w.:@-]*", p, &m)) {
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
    if (sx_match_nocase("mailto:\\w[\\w._+-]*@[\\w-]+(.[\\w-]+)+", p, &m))
        return take(say, m.length, m.length);
    if (sx_match("\\u:[\\\\/][^ \n\"<>]*", p, &m))
        return take(say, m.length, 0);
    if (sx_match("[ru]/\\a\\w+\\b", p, &m))
        return take(say, m.length, 0);
    /* www.x.y, x.com, docs.python.org/3/ */
    if (sx_match("localhost(:\\d+)?(/[^ \n\"<>]*)?", p, &m) && !is_alpha(p[m.length]) && m.length > 9)
        return take(say, m.length, 0);
    /* 10.0.0.1:8080, 10.0.0.0/8 */
    if (is_digit(*p) && sx_match("\\d{1,3}.\\d{1,3}.\\d{1,3}.\\d{1,3}(:\\d{2,5}|/\\d{1,2})\\e", p, &m))
        return take(say, m.length, 0);
    if (sx_match("(\\w[\\w_-]*.)+(\\a\\w{1,8})\\b", p, &m)) {
        size_t host = m.length;
        const char *name = m.from[2];
        bool web = sx_match_nocase("www.", p, &tail) || (sx_say_one_of(name, m.size[2], domains) && (name[0] >= 'a' || p[0] < 'a') &&
            (m.length - m.size[2] > 2 || sx_say_one_of(name, m.size[2], " com org net "))) ||
                   (sx_say_one_of(name, m.size[2], countries) && second_level(p, name)) ||
                       (p[m.length] == '/' && sx_say_one_of(name, m.size[2], countries) && m.length > 5);
        bool file = sx_say_one_of(name, m.size[2], endings) && (!is_digit(*p) || sx_match("[\\d.-]*\\a\\a+.", p, &tail) ||
            sx_match("\\d+.\\a{3}", p, &tail)) && !sx_match("\\d+(.\\d+)*.?\\a?\\b", p, &tail);
        if (web && m.size[2] == 2 && p[m.length] != '/' && sx_say_one_of(name, 2, " us it me in is at to no so ") && sx_match("\\a+.\\a\\a\\b", p, &tail))
            web = false;        /* "end.it" is a slip of the pen */
        if (web || file) {
            if (web && (sx_match("(:\\d+)?[/?#][^ \n\"<>]*", p + host, &tail) || sx_match(":\\d+\\b", p + host, &tail)))
                return take(say, host + tail.length, host);
            return take(say, host, web ? host : 0);
        }
    }
    if (sx_match("\\w[\\w_-]*.(c|h|o|a)\\b", p, &m) && !(p[0] >= 'A' && p[0] <= 'Z') && p[1] != '.' && m.length > 3)
        return take(say, m.length, 0);
    /* snake_case and relative paths */
    if (sx_match("\\w+(_\\w+)+\\b", p, &m) || sx_match("[\\w._-]+(/[\\w._-]+){2,}\\b", p, &m) ||
        (sx_match("[\\w._-]*\\w+/[\\w._-]+.(\\a\\w{0,4})\\b", p, &m) && sx_say_one_of(m.from[1], m.size[1], endings))) {
        if (!is_digit(*p))
            return take(say, m.length, 0);
    }
    return false;
}

void sx_say_net(struct sx_say *say, size_t length)
{
    const char *p = say->text + say->at;
    struct sx_match m;
    size_t host = sx_match_nocase("(\\a+:(//)?)?([\\w._%+-]+@)?[\\w.-]+", p, &m) && m.length <= length ? m.length : 0;
    size_t most = length < LONGEST ? length : LONGEST;
    pieces(say, say->at, say->at + most, say->at + (host < most ? host : most));
    say->at += length;
}
