/* viseme.c - what a mouth does for each phone: the 22 shapes of Microsoft's Speech API, which animations of faces are drawn for (syrinx.h tells which is
 * which). */
#include <string.h>

#include "syrinx.h"

/* Phones of src/text/data/phones.tsv; those that English lacks have the shape of the nearest that it has. */
static const struct {
    int viseme;
    const char *phones;             /* parted by blanks */
} shapes[] = {
    {1, "æ ə ʌ a aː ɐ"},
    {2, "ɑ ɑː ɑ̃"},
    {3, "ɔ ɔː ɔ̃"},
    {4, "ɛ eɪ ʊ ɛː e eː ɛi ɛ̃"},
    {5, "ɝ ɚ"},
    {6, "i ɪ j iː"},
    {7, "u w uː y yː ʏ ø øː œ œː ɵ ɥ œ̃"},
    {8, "oʊ o oː"},
    {9, "aʊ ʌu œy"},
    {10, "ɔɪ ɔʏ"},
    {11, "aɪ"},
    {12, "h ɦ ʔ"},
    {13, "ɹ r ɾ"},
    {14, "l ɫ l̩"},
    {15, "s z ts"},
    {16, "ʃ tʃ dʒ ʒ ç"},
    {17, "θ ð"},
    {18, "f v ʋ pf"},
    {19, "t d n n̩ ɲ c"},
    {20, "k ɡ ŋ x χ ɣ ʁ ʀ"},
    {21, "p b m m̩ β"}};

static int find(const char *phone, size_t length)
{
    for (size_t i = 0; length && i < sizeof shapes / sizeof shapes[0]; i++)
        for (const char *p = shapes[i].phones; *p;) {
            size_t n = strcspn(p, " ");
            if (n == length && !memcmp(p, phone, n))
                return shapes[i].viseme;
            p += n;
            p += strspn(p, " ");
        }
    return 0;
}

int syrinx_viseme(const char *phone)
{
    size_t length = phone ? strlen(phone) : 0, first = length > 0;
    int viseme = find(phone, length);
    while (first < length && ((unsigned char)phone[first] & 0xC0) == 0x80)
        first++;
    return viseme ? viseme : find(phone, first);    /* signs of length and the like, which Piper voices have, do not change the mouth */
}
