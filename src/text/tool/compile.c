/* compile.c - turns the text files of src/text/data into what the library uses: C tables, and a file of dictionaries that are looked up where they lie.
 *
 *     compile phones PHONES.tsv OUT.inc              the phone table as C initializers
 *     compile lexicon PHONES.tsv FIRST.tsv... CMUDICT OUT.bin "word<TAB>PHONES", before "word PHONES # comment", "word(2) PHONES": word -> pronunciations
 *     compile reduced PHONES.tsv LIST.tsv OUT.bin    "word<TAB>PHONES"
 *     compile outputs PHONES.tsv LIST.tsv OUT.inc    "number<TAB>PHONES", "-" for none: what the letter-to-sound network writes
 *     compile ngrams TRAINED.bin OUT.bin            the n-grams beside the letter-to-sound network, packed
 *     compile characters OUT.bin LIST.tsv            "character<TAB>name<TAB>level": character -> a digit for the level and the name, its words shortened
 *     compile ranges LIST.tsv OUT.inc                "first<TAB>last<TAB>name", hexadecimal, ascending: C initializers
 *     compile nearest PHONES.tsv LIST.tsv OUT.bin    "languages<TAB>symbol<TAB>phones in IPA": "symbol" or "language|symbol" -> ids
 *     compile fallback PHONES.tsv LIST.tsv OUT.bin   "phone<TAB>phones<TAB>before a vowel<TAB>last": one byte, the id -> three runs of ids with their counts
 *     compile languages LIST.tsv OUT.bin             "language<TAB>words<TAB>word word", "…<TAB>letters<TAB>é ü", "…<TAB>ends<TAB>ung": word, "=é", "-ung", "+é" -> "de nl"
 *     compile table OUT.bin LIST.tsv...              "key<TAB>value": a dictionary key -> value
 *     compile phrasing OUT.bin                      the large tables of phrasing_en.inc, which it was built with
 *     compile bundle VERSION OUT.dat NAME=FILE...    all of those: the file that the library maps
 *     compile digest FILE.dat OUT.inc                a C definition of its digest
 *
 * The format of a dictionary stands in dict.h, that of the lexicon in wordbook.h, of n-grams in letters_ngram.h, of the whole in data.h. A program of the build, not of the library: it prints and exits. */
#include "tool.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16, MAX_PHONES = 128, LINE = 4096 };

static struct entry *entries;
static size_t count, room;
static const char *now_reading;
static size_t line_number;

_Noreturn void die(const char *message, const char *detail)
{
    fprintf(stderr, "compile: %s:%zu: %s%s%s\n", now_reading, line_number, message, detail ? ": " : "", detail ? detail : "");
    exit(1);
}

void *need(void *memory)
{
    if (!memory)
        die("out of memory", NULL);
    return memory;
}

static void add(const char *key, const void *value, size_t length)
{
    if (count == room) {
        room = room ? room * 2 : 1024;
        entries = need(realloc(entries, room * sizeof *entries));
    }
    struct entry *e = &entries[count];
    e->key = need(strdup(key));
    e->value = need(malloc(length ? length : 1));
    memcpy(e->value, value, length);
    e->length = length;
    e->order = count++;
}

static FILE *open_file(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);
    now_reading = path;
    line_number = 0;
    if (!file)
        die("cannot open", NULL);
    return file;
}

/* The next line without its end; comments and empty lines are left out unless `all`. */
static char *next_line(FILE *file, char line[LINE], bool all)
{
    while (fgets(line, LINE, file)) {
        line_number++;
        size_t n = strcspn(line, "\n");
        if (!line[n] && n == LINE - 1)
            die("line too long", NULL);
        line[n] = 0;
        if (all || (line[0] && !(line[0] == '#' && (line[1] == ' ' || !line[1]))))
            return line;
    }
    return NULL;
}

/* ------------------------------------------------------------------ phones */

static struct { char ipa[16], arpabet[8]; bool vowel, there; } phones[MAX_PHONES];

static void read_phones(const char *path)
{
    char line[LINE];
    FILE *file = open_file(path, "r");
    while (next_line(file, line, false)) {
        char *field[4], *p = line;
        for (int i = 0; i < 4; i++) {
            field[i] = p;
            p = strchr(p, '\t');
            if (!p)
                die("five fields wanted", line);
            *p++ = 0;
        }
        long id = strtol(field[0], NULL, 10);
        if (id < 0 || id >= MAX_PHONES || phones[id].there || strlen(field[1]) > 15 || strlen(field[2]) > 7)
            die("bad phone", line);
        phones[id].there = true;
        phones[id].vowel = !strcmp(field[3], "vowel");
        strcpy(phones[id].ipa, field[1]);
        if (strcmp(field[2], "-"))
            strcpy(phones[id].arpabet, field[2]);
    }
    fclose(file);
}

static void write_phones(const char *path)
{
    FILE *file = open_file(path, "w");
    fprintf(file, "/* made by src/text/tool/compile.c from phones.tsv */\n");
    for (int i = 0; i < MAX_PHONES; i++)
        if (phones[i].there)
            fprintf(file, "    [%d] = {\"%s\", \"%s\", %d},\n", i, phones[i].ipa, phones[i].arpabet, phones[i].vowel);
    if (fclose(file))
        die("cannot write", NULL);
}

/* "AH0" -> one byte: id - 16, stress in the two upper bits. */
static unsigned char encode(const char *name)
{
    char base[8];
    size_t n = strlen(name);
    int stress = 0;
    if (!n || n > 6)
        die("bad phone", name);
    strcpy(base, name);
    if (base[n - 1] >= '0' && base[n - 1] <= '2') {
        stress = base[n - 1] - '0';
        base[n - 1] = 0;
    }
    if (!strcmp(base, "AH") || !strcmp(base, "ER"))
        strcat(base, stress ? "1" : "0");
    for (int i = 16; i < 16 + 64; i++)
        if (phones[i].there && !strcmp(phones[i].arpabet, base))
            return (unsigned char)((i - 16) | stress << 6);
    die("unknown phone", name);
    return 0;
}

static size_t encode_all(char *text, unsigned char out[256])
{
    size_t n = 0;
    for (char *p = strtok(text, " "); p; p = strtok(NULL, " ")) {
        if (n == 255)
            die("too many phones", NULL);
        out[n++] = encode(p);
    }
    return n;
}

/* {count, {bytes}} in the order of the numbers, which must be complete. */
static void write_outputs(const char *list, const char *path)
{
    char line[LINE];
    unsigned char code[256];
    FILE *in = open_file(list, "r");
    FILE *out = fopen(path, "w");
    long next = 0;
    if (!out)
        die("cannot write", path);
    fprintf(out, "/* made by src/text/tool/compile.c from letters_en.tsv */\n");
    while (next_line(in, line, false)) {
        char *tab = strchr(line, '\t');
        if (!tab || strtol(line, NULL, 10) != next++)
            die("a number out of order", line);
        size_t n = strcmp(tab + 1, "-") ? encode_all(tab + 1, code) : 0;
        if (n > 3)
            die("more than three phones", line);
        fprintf(out, "    {%zu, {%d, %d, %d}},\n", n, n > 0 ? code[0] : 0, n > 1 ? code[1] : 0, n > 2 ? code[2] : 0);
    }
    fclose(in);
    if (fclose(out))
        die("cannot write", path);
}

/* ------------------------------------------------------------------ reading */

static void read_lexicon(const char *path)
{
    char line[LINE];
    unsigned char value[LINE], code[256];
    FILE *file = open_file(path, "r");
    while (next_line(file, line, true)) {
        char *comment = strstr(line, " #");
        if (comment)
            *comment = 0;
        char *space = strchr(line, ' ');
        if (!space)
            continue;
        *space = 0;
        size_t n = encode_all(space + 1, code);
        char *bracket = strchr(line, '(');
        if (bracket && bracket > line)
            *bracket = 0;
        /* A further pronunciation follows its word at once. */
        if (bracket && count && !strcmp(entries[count - 1].key, line)) {
            struct entry *e = &entries[count - 1];
            e->value = need(realloc(e->value, e->length + n + 1));
            e->value[e->length] = (unsigned char)n;
            memcpy(e->value + e->length + 1, code, n);
            e->length += n + 1;
        } else {
            value[0] = (unsigned char)n;
            memcpy(value + 1, code, n);
            add(line, value, n + 1);
        }
    }
    fclose(file);
}

static void read_list(const char *path, bool pronunciations)
{
    char line[LINE];
    unsigned char value[257];
    FILE *file = open_file(path, "r");
    while (next_line(file, line, false)) {
        char *tab = strchr(line, '\t');
        if (!tab)
            die("a tab is missing", line);
        *tab++ = 0;
        if (pronunciations) {
            size_t n = encode_all(tab, value + 1);
            value[0] = (unsigned char)n;
            add(line, value, n + 1);
        } else {
            add(line, tab, strlen(tab));
        }
    }
    fclose(file);
}

/* "U+00E9" -> UTF-8; anything else stays. */
static void read_key(char *key)
{
    if (key[0] != 'U' || key[1] != '+')
        return;
    char *end;
    unsigned long c = strtoul(key + 2, &end, 16);
    int n = 0;
    if (*end || end == key + 2 || c > 0x10FFFF)
        die("bad code point", key);
    if (c < 0x80) {
        key[n++] = (char)c;
    } else if (c < 0x800) {
        key[n++] = (char)(0xC0 | c >> 6);
        key[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        key[n++] = (char)(0xE0 | c >> 12);
        key[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        key[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        key[n++] = (char)(0xF0 | c >> 18);
        key[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        key[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        key[n++] = (char)(0x80 | (c & 0x3F));
    }
    key[n] = 0;
}

/* The words that save most when each is one byte, 0x80 + its place in the list that stands under the key "words". */
static void shorten_names(void)
{
    enum { CODES = 127, LONGEST = 24 };
    static struct { char word[LONGEST]; size_t count; bool taken; } words[8192];
    size_t n = 0;
    char list[CODES * LONGEST] = "";
    for (size_t i = 0; i < count; i++)
        for (const char *p = (const char *)entries[i].value + 1, *end = (const char *)entries[i].value + entries[i].length; p < end;) {
            size_t m = 0, w = 0;
            while (p + m < end && p[m] != ' ')
                m++;
            while (w < n && (strlen(words[w].word) != m || memcmp(words[w].word, p, m)))
                w++;
            if (w < n) {
                words[w].count++;
            } else if (m && m < LONGEST && n < sizeof words / sizeof words[0]) {
                memcpy(words[n].word, p, m);
                words[n++].count = 1;
            }
            p += m + (p + m < end);
        }
    int code = 0;
    for (; code < CODES; code++) {
        size_t best = n, gain = 0;
        for (size_t w = 0; w < n; w++)
            if (!words[w].taken && words[w].count * strlen(words[w].word) > gain) {
                gain = words[w].count * strlen(words[w].word);
                best = w;
            }
        if (best == n)
            break;
        words[best].taken = true;
        words[best].count = (size_t)code;       /* from now on its code */
        strcat(list, words[best].word);
        strcat(list, " ");
    }
    for (size_t i = 0; i < count; i++) {
        unsigned char *value = entries[i].value, out[LINE];
        size_t length = 0, at = 1;
        out[length++] = value[0];
        while (at < entries[i].length) {
            size_t m = 0, w = 0;
            while (at + m < entries[i].length && value[at + m] != ' ')
                m++;
            while (w < n && (!words[w].taken || strlen(words[w].word) != m || memcmp(words[w].word, value + at, m)))
                w++;
            if (w < n) {
                out[length++] = (unsigned char)(0x80 + words[w].count);
            } else {
                if (length > 1 && out[length - 1] < 0x80)
                    out[length++] = ' ';
                memcpy(out + length, value + at, m);
                length += m;
            }
            at += m + 1;
        }
        memcpy(value, out, length);
        entries[i].length = length;
    }
    add("words", list, strlen(list));
}

static void read_characters(const char *path)
{
    static const char *const levels[] = {"none", "some", "most", "all", "never"};
    char line[LINE], value[LINE];
    FILE *file = open_file(path, "r");
    while (next_line(file, line, false)) {
        char *name = strchr(line, '\t');
        if (!name || name == line)
            die("a tab is missing", line);
        *name++ = 0;
        char *level = strchr(name, '\t');
        int l = 1;
        if (level) {
            *level++ = 0;
            for (l = 0; l < 5 && strcmp(level, levels[l]); l++)
                ;
            if (l == 5)
                die("the level is not one of none, some, most, all, never", level);
        }
        if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ',") != strlen(name) || strlen(name) > 100)
            die("a name is made of letters and blanks", name);
        read_key(line);
        snprintf(value, sizeof value, "%d%s", l, name);
        add(line, value, strlen(value));
    }
    fclose(file);
}

/* ------------------------------------------------------------------ other languages' phones */

/* Phones in IPA, parted by blanks, "-" for none -> a count and ids. */
static size_t encode_ipa(char *text, unsigned char out[16])
{
    size_t n = 0;
    for (char *p = strtok(text, " "); p && strcmp(text, "-"); p = strtok(NULL, " ")) {
        int id = 16;
        while (id < MAX_PHONES && !(phones[id].there && !strcmp(phones[id].ipa, p)))
            id++;
        if (id == MAX_PHONES || n == 4)
            die("unknown phone or more than four", p);
        out[++n] = (unsigned char)id;
    }
    out[0] = (unsigned char)n;
    return n + 1;
}

static void read_nearest(const char *path)
{
    char line[LINE], key[LINE];
    unsigned char value[16];
    FILE *file = open_file(path, "r");
    while (next_line(file, line, false)) {
        char *symbol = strchr(line, '\t'), *to = symbol ? strchr(symbol + 1, '\t') : NULL;
        if (!to)
            die("three fields wanted", line);
        *symbol++ = *to++ = 0;
        size_t n = encode_ipa(to, value);
        for (char *language = strtok(line, ","); language; language = strtok(NULL, ",")) {
            snprintf(key, sizeof key, "%s%s%s", strcmp(language, "*") ? language : "", strcmp(language, "*") ? "|" : "", symbol);
            add(key, value + 1, n - 1);
        }
    }
    fclose(file);
    for (int i = 16; i < MAX_PHONES; i++)       /* a line of the file, being the first of its key, goes before */
        if (phones[i].there)
            add(phones[i].ipa, &(unsigned char){(unsigned char)i}, 1);
}

static void read_fallback(const char *path)
{
    char line[LINE];
    unsigned char value[64];
    FILE *file = open_file(path, "r");
    while (next_line(file, line, false)) {
        char *field[4] = {line}, copy[LINE], key[2] = "";
        unsigned char code[16];
        size_t n = 0;
        for (int i = 1; i < 4; i++) {       /* an empty or missing field is as the second */
            field[i] = field[i - 1] ? strchr(field[i - 1], '\t') : NULL;
            if (field[i])
                *field[i]++ = 0;
        }
        if (!field[1])
            die("two fields wanted", line);
        encode_ipa(line, code);
        key[0] = (char)code[1];
        for (int i = 1; i < 4; i++) {
            strcpy(copy, field[i] && *field[i] ? field[i] : field[1]);
            if (i > 1 && (!field[i] || !*field[i])) {
                memmove(value + n, value, value[0] + 1u);
                n += value[0] + 1u;
            } else {
                n += encode_ipa(copy, value + n);
            }
        }
        add(key, value, n);
    }
    fclose(file);
}

static void write_ranges(const char *list, const char *path)
{
    char line[LINE];
    FILE *in = open_file(list, "r");
    FILE *out = fopen(path, "w");
    long last = -1;
    if (!out)
        die("cannot write", path);
    fprintf(out, "/* made by src/text/tool/compile.c */\n");
    while (next_line(in, line, false)) {
        char *end;
        long from = strtol(line, &end, 16), to = *end == '\t' ? strtol(end + 1, &end, 16) : -1;
        if (*end != '\t' || from <= last || to < from || strlen(end + 1) > 31 || strchr(end, '"') || strchr(end, '\\'))
            die("\"first<TAB>last<TAB>name\" in ascending order wanted", line);
        fprintf(out, "    {0x%lX, 0x%lX, \"%s\"},\n", from, to, end + 1);
        last = to;
    }
    fclose(in);
    if (fclose(out))
        die("cannot write", path);
}

/* ------------------------------------------------------------------ writing */

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int c = strcmp(x->key, y->key);
    return c ? c : (x->order > y->order) - (x->order < y->order);
}

/* Words and letters of many languages: each with the languages that have it, parted by blanks. */
static void read_languages(const char *path)
{
    char line[LINE], key[LINE];
    FILE *file = open_file(path, "r");
    while (next_line(file, line, false)) {
        char *kind = strchr(line, '\t'), *list = kind ? strchr(kind + 1, '\t') : NULL;
        if (!list)
            die("three fields wanted", line);
        *kind++ = *list++ = 0;
        for (char *p = strtok(list, " "); p; p = strtok(NULL, " ")) {
            snprintf(key, sizeof key, "%s%s", kind[0] == 'l' ? "=" : kind[0] == 'e' ? "-" : kind[0] == 'a' ? "+" : "", p);
            add(key, line, strlen(line));
        }
    }
    fclose(file);
    qsort(entries, count, sizeof *entries, compare);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct entry *e = n ? &entries[n - 1] : NULL, *next = &entries[i];
        if (!e || strcmp(e->key, next->key)) {
            entries[n++] = *next;
        } else if (e->length < next->length || memcmp(e->value + e->length - next->length, next->value, next->length)) {
            e->value = need(realloc(e->value, e->length + next->length + 1));
            e->value[e->length++] = ' ';
            memcpy(e->value + e->length, next->value, next->length);
            e->length += next->length;
        }
    }
    count = n;
}

/* ------------------------------------------------------------------ writing */

static void put32(unsigned char *at, size_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

/* Sorted, of each key the first line only. */
static void sort_entries(void)
{
    qsort(entries, count, sizeof *entries, compare);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!n || strcmp(entries[n - 1].key, entries[i].key))
            entries[n++] = entries[i];
    count = n;
}

static void write_dictionary(const char *path)
{
    sort_entries();
    size_t n = count, blocks = (n + BLOCK - 1) / BLOCK, size = 12 + 4 * blocks, capacity = size;
    for (size_t i = 0; i < n; i++)
        capacity += strlen(entries[i].key) + entries[i].length + 4;
    unsigned char *out = need(malloc(capacity + 1));
    memcpy(out, "SXD1", 4);
    put32(out + 4, n);
    put32(out + 8, blocks);
    const char *last = "";
    for (size_t i = 0; i < n; i++) {
        const struct entry *e = &entries[i];
        size_t shared = 0, length = strlen(e->key);
        if (length > 255 || e->length > 65535)
            die("entry too long", e->key);
        if (i % BLOCK == 0)
            put32(out + 12 + 4 * (i / BLOCK), size);
        else
            while (last[shared] && last[shared] == e->key[shared])
                shared++;
        out[size++] = (unsigned char)shared;
        out[size++] = (unsigned char)(length - shared);
        out[size++] = (unsigned char)e->length;
        out[size++] = (unsigned char)(e->length >> 8);
        memcpy(out + size, e->key + shared, length - shared);
        size += length - shared;
        memcpy(out + size, e->value, e->length);
        size += e->length;
        last = e->key;
    }
    FILE *file = open_file(path, "wb");
    if (fwrite(out, 1, size, file) != size || fclose(file))
        die("cannot write", NULL);
    free(out);
}

int main(int argc, char **argv)
{
    now_reading = argc > 1 ? argv[1] : "";
    if (argc == 4 && !strcmp(argv[1], "phones")) {
        read_phones(argv[2]);
        write_phones(argv[3]);
    } else if (argc >= 6 && !strcmp(argv[1], "lexicon")) {
        read_phones(argv[2]);
        for (int i = 3; i < argc - 2; i++)
            read_list(argv[i], true);
        read_lexicon(argv[argc - 2]);
        sort_entries();
        write_wordbook(argv[argc - 1], entries, count);
    } else if (argc == 5 && !strcmp(argv[1], "reduced")) {
        read_phones(argv[2]);
        read_list(argv[3], true);
        write_dictionary(argv[4]);
    } else if (argc == 4 && !strcmp(argv[1], "ngrams")) {
        pack_ngrams(argv[2], argv[3]);
    } else if (argc == 5 && !strcmp(argv[1], "outputs")) {
        read_phones(argv[2]);
        write_outputs(argv[3], argv[4]);
    } else if (argc == 4 && !strcmp(argv[1], "characters")) {
        read_characters(argv[3]);
        shorten_names();
        write_dictionary(argv[2]);
    } else if (argc == 4 && !strcmp(argv[1], "ranges")) {
        write_ranges(argv[2], argv[3]);
    } else if (argc == 5 && (!strcmp(argv[1], "nearest") || !strcmp(argv[1], "fallback"))) {
        read_phones(argv[2]);
        if (argv[1][0] == 'n')
            read_nearest(argv[3]);
        else
            read_fallback(argv[3]);
        write_dictionary(argv[4]);
    } else if (argc == 4 && !strcmp(argv[1], "languages")) {
        read_languages(argv[2]);
        write_dictionary(argv[3]);
    } else if (argc >= 4 && !strcmp(argv[1], "table")) {
        for (int i = 3; i < argc; i++)
            read_list(argv[i], false);
        write_dictionary(argv[2]);
    } else if (argc == 3 && !strcmp(argv[1], "phrasing")) {
        write_phrasing(argv[2]);
    } else if (argc >= 5 && !strcmp(argv[1], "bundle")) {
        write_bundle(argv[2], argv + 4, argc - 4, argv[3]);
    } else if (argc == 4 && !strcmp(argv[1], "digest")) {
        write_digest(argv[2], argv[3]);
    } else {
        die("wrong usage", NULL);
    }
    return 0;
}
