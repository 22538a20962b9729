/* say_formula.c - formulas of chemistry: symbols of elements, letter by letter, and their numbers: "CaCO3", "NaCl", "Ca(OH)2", "Na+". */
#include "text/say.h"

#include <string.h>

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static const char elements[] = " H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh "
    "Pd Ag Cd In Sn Sb Te I Xe "
                               "Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm "
                                   "Bk Cf ";

/* Bytes of the element's symbol at p, 0 for none; case counts. */
static size_t element(const char *p)
{
    char key[5] = {' ', p[0], p[1], ' ', 0};
    if (!is_upper(p[0]))
        return 0;
    if (is_lower(p[1]))
        return strstr(elements, key) ? 2 : 0;
    key[2] = ' ';
    key[3] = 0;
    return strstr(elements, key) ? 1 : 0;
}

bool sx_say_isotope(struct sx_say *say)
{
    const char *p = say->text + say->at;
    char mass[8], number[SX_NUMBER_ROOM];
    size_t n = sx_say_superscript(p, mass), k = n ? element(p + n) : 0;
    if (!k || strspn(mass, "0123456789") != strlen(mass) || is_upper(p[n + k]) || is_lower(p[n + k]))
        return false;
    sx_say_spell(say, say->at + n, say->at + n + k, p + n, k);
    sx_say_add(say, say->at, say->at + n, sx_number_pairs(mass, strlen(mass), number, sizeof number));
    say->at += n + k;
    return true;
}

bool sx_say_formula(struct sx_say *say)
{
    const char *p = say->text + say->at;
    if (!is_upper(*p) || say->shouting || (say->at && (is_upper(p[-1]) || is_lower(p[-1]) || is_digit(p[-1]))))
        return false;
    size_t n = 0, parts = 0, small = 0, digits = 0, last = 0, depth = 0;
    while (n < 40) {
        size_t k = element(p + n);
        if (k) {
            parts++;
            small += k == 2;
            last = n;
            n += k;
        } else if (p[n] == '(' && !depth && parts && element(p + n + 1)) {
            depth++;
            n++;
            continue;
        } else if (p[n] == ')' && depth) {
            depth--;
            n++;
            if (!is_digit(p[n]))
                return false;
        } else {
            break;
        }
        size_t d = 0;
        while (is_digit(p[n + d]))
            d++;
        if (d > 2 || (d && p[n] == '0'))
            return false;
        digits += d > 0;
        n += d;
    }
    if (depth || !parts || n == 40)
        return false;
    size_t length = n;
    bool charge = (p[n] == '+' || p[n] == '-') && !is_upper(p[n + 1]) && !is_lower(p[n + 1]) && !is_digit(p[n + 1]) && p[n + 1] != '+' && p[n + 1] != '-';
    /* SO₄²⁻, Ca²⁺ */
    char power[8];
    size_t raised = sx_say_superscript(p + n, power);
    if (raised && (!strchr("+-", power[strlen(power) - 1]) || strspn(power, "0123456789") + 1 != strlen(power)))
        raised = 0;
    length += raised ? raised : charge;
    charge |= raised > 0;
    unsigned char next = (unsigned char)p[length];
    if (is_upper((char)next) || is_lower((char)next) || is_digit((char)next) || next == '\'' || next == '_' || next >= 0xC3 || next == '@' ||
        (next == '-' && is_digit(p[length + 1])))
        return false;
    if (parts == 1) {
        /* an ion; symbols that are words, or one letter with a mark, are none */
        if (!charge || last || n < 2 || !small || sx_say_one_of(p, 2, " he in as at be am no ho la pa ra re "))
            return false;
    } else if (!digits) {
        static const char ends[] = " Cl Br F I O S H N C P Se Te As Sb B Si ";
        char key[5] = {' ', p[last], is_lower(p[last + 1]) ? p[last + 1] : ' ', is_lower(p[last + 1]) ? ' ' : 0, 0};
        if (!small || parts > 4 || !strstr(ends, key) || sx_say_known(p, n))
            return false;
    } else if (!small && parts < 3 && !strchr("CHNOSP", *p)) {
        return false;           /* "BN2", "UV1" are no formulas for sure */
    }
    char value[64];
    if (sx_say_table(SX_DICT(acronyms), p, n, value, sizeof value))
        return false;
    size_t at = say->at;
    char number[SX_NUMBER_ROOM];
    for (size_t i = 0; i < n;) {
        size_t j = i + 1;
        if (is_digit(p[i])) {
            while (j < n && is_digit(p[j]))
                j++;
            sx_say_add(say, at + i, at + j, sx_number_cardinal(p + i, j - i, number, sizeof number));
        } else if (p[i] != '(' && p[i] != ')') {
            sx_say_spell(say, at + i, at + j, p + i, 1);
        }
        i = j;
    }
    if (raised)
        sx_say_addf(say, at + n, at + length, "%s%s%s", power[1] ? sx_number_cardinal(power, strlen(power) - 1, number, sizeof number) : "", power[1] ? " " : "",
                    power[strlen(power) - 1] == '+' ? "plus" : "minus");
    else if (charge)
        sx_say_add(say, at + n, at + n + 1, p[n] == '+' ? "plus" : "minus");
    say->at += length;
    return true;
}
