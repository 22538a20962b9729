/* homograph_words.h - closed-class words and endings that tell a word's part of speech roughly. The one list of both sides: the training
 * (tools/train/homographs/features.py) reads this file, so keep to one {"word", 'T'} or "ending" form and train again after a change. */
#ifndef SX_TEXT_HOMOGRAPH_WORDS_H
#define SX_TEXT_HOMOGRAPH_WORDS_H

/* In byte order. D determiner, S possessive, P subject pronoun, O object pronoun, M modal, A do, B be, H have, T to, I preposition, C conjunction,
 * R relative or subordinating, N adverb within a verb's group, V verb with a bare infinitive, Q numeral. */
static const struct { const char *word; char tag; } closed_class[] = {
    {"&", 'C'}, {"/", 'C'}, {"a", 'D'}, {"about", 'I'}, {"across", 'I'}, {"after", 'I'}, {"against", 'I'}, {"all", 'D'}, {"along", 'I'},
    {"already", 'N'}, {"also", 'N'}, {"although", 'R'}, {"always", 'N'}, {"am", 'B'}, {"among", 'I'}, {"an", 'D'}, {"and", 'C'}, {"another", 'D'},
    {"any", 'D'}, {"anyone", 'O'}, {"anything", 'O'}, {"are", 'B'}, {"aren't", 'B'}, {"around", 'I'}, {"as", 'R'}, {"at", 'I'}, {"be", 'B'},
    {"because", 'R'}, {"been", 'B'}, {"before", 'I'}, {"behind", 'I'}, {"being", 'B'}, {"between", 'I'}, {"beyond", 'I'}, {"both", 'D'},
    {"but", 'C'}, {"by", 'I'}, {"can", 'M'}, {"can't", 'M'}, {"cannot", 'M'}, {"could", 'M'}, {"couldn't", 'M'}, {"despite", 'I'}, {"did", 'A'},
    {"didn't", 'A'}, {"do", 'A'}, {"does", 'A'}, {"doesn't", 'A'}, {"don't", 'A'}, {"down", 'I'}, {"during", 'I'}, {"each", 'D'}, {"eight", 'Q'},
    {"either", 'D'}, {"enough", 'D'}, {"even", 'N'}, {"ever", 'N'}, {"every", 'D'}, {"everyone", 'O'}, {"everything", 'O'}, {"few", 'D'},
    {"first", 'N'}, {"five", 'Q'}, {"for", 'I'}, {"four", 'Q'}, {"from", 'I'}, {"generally", 'N'}, {"had", 'H'}, {"hadn't", 'H'}, {"has", 'H'},
    {"hasn't", 'H'}, {"have", 'H'}, {"haven't", 'H'}, {"having", 'H'}, {"he", 'P'}, {"he'd", 'M'}, {"he'll", 'M'}, {"he's", 'B'}, {"help", 'V'},
    {"helped", 'V'}, {"helps", 'V'}, {"her", 'S'}, {"here's", 'B'}, {"herself", 'O'}, {"him", 'O'}, {"himself", 'O'}, {"his", 'S'},
    {"hundred", 'Q'}, {"i", 'P'}, {"i'd", 'M'}, {"i'll", 'M'}, {"i'm", 'B'}, {"i've", 'H'}, {"if", 'R'}, {"in", 'I'}, {"into", 'I'}, {"is", 'B'},
    {"isn't", 'B'}, {"it", 'P'}, {"it'll", 'M'}, {"it's", 'B'}, {"its", 'S'}, {"itself", 'O'}, {"just", 'N'}, {"let", 'V'}, {"let's", 'V'},
    {"lets", 'V'}, {"like", 'I'}, {"made", 'V'}, {"make", 'V'}, {"makes", 'V'}, {"many", 'D'}, {"may", 'M'}, {"me", 'O'}, {"might", 'M'},
    {"mightn't", 'M'}, {"million", 'Q'}, {"most", 'D'}, {"much", 'D'}, {"must", 'M'}, {"mustn't", 'M'}, {"my", 'S'}, {"myself", 'O'}, {"near", 'I'},
    {"neither", 'D'}, {"never", 'N'}, {"nine", 'Q'}, {"no", 'D'}, {"nor", 'C'}, {"not", 'N'}, {"nothing", 'O'}, {"now", 'N'}, {"of", 'I'},
    {"off", 'I'}, {"often", 'N'}, {"on", 'I'}, {"one", 'P'}, {"only", 'N'}, {"onto", 'I'}, {"or", 'C'}, {"our", 'S'}, {"ourselves", 'O'},
    {"out", 'I'}, {"over", 'I'}, {"per", 'I'}, {"please", 'V'}, {"plus", 'C'}, {"really", 'N'}, {"second", 'Q'}, {"seven", 'Q'}, {"several", 'D'},
    {"shall", 'M'}, {"she", 'P'}, {"she'd", 'M'}, {"she'll", 'M'}, {"she's", 'B'}, {"should", 'M'}, {"shouldn't", 'M'}, {"since", 'I'},
    {"six", 'Q'}, {"so", 'R'}, {"some", 'D'}, {"someone", 'O'}, {"something", 'O'}, {"sometimes", 'N'}, {"soon", 'N'}, {"still", 'N'},
    {"such", 'D'}, {"ten", 'Q'}, {"than", 'R'}, {"that", 'D'}, {"that'll", 'M'}, {"that's", 'B'}, {"the", 'D'}, {"their", 'S'}, {"them", 'O'},
    {"themselves", 'O'}, {"then", 'N'}, {"there", 'P'}, {"there's", 'B'}, {"these", 'D'}, {"they", 'P'}, {"they'd", 'M'}, {"they'll", 'M'},
    {"they're", 'B'}, {"they've", 'H'}, {"third", 'Q'}, {"this", 'D'}, {"those", 'D'}, {"though", 'R'}, {"thousand", 'Q'}, {"three", 'Q'},
    {"through", 'I'}, {"throughout", 'I'}, {"to", 'T'}, {"toward", 'I'}, {"towards", 'I'}, {"tried", 'V'}, {"try", 'V'}, {"two", 'Q'},
    {"under", 'I'}, {"until", 'I'}, {"up", 'I'}, {"upon", 'I'}, {"us", 'O'}, {"usually", 'N'}, {"via", 'I'}, {"was", 'B'}, {"wasn't", 'B'},
    {"we", 'P'}, {"we'd", 'M'}, {"we'll", 'M'}, {"we're", 'B'}, {"we've", 'H'}, {"were", 'B'}, {"weren't", 'B'}, {"what", 'D'}, {"what's", 'B'},
    {"when", 'R'}, {"where", 'R'}, {"whether", 'R'}, {"which", 'D'}, {"while", 'R'}, {"who", 'P'}, {"who'll", 'M'}, {"who's", 'B'}, {"whom", 'R'},
    {"whose", 'D'}, {"will", 'M'}, {"with", 'I'}, {"within", 'I'}, {"without", 'I'}, {"won't", 'M'}, {"word", 'T'}, {"would", 'M'},
    {"wouldn't", 'M'}, {"you", 'P'}, {"you'd", 'M'}, {"you'll", 'M'}, {"you're", 'B'}, {"you've", 'H'}, {"your", 'S'}, {"yourself", 'O'},
};

/* The first that fits counts, so longer ones stand before shorter ones. */
static const char *const endings[] = {
    "ingly", "ities", "ments", "sions", "tions", "able", "ance", "ated", "ates", "edly", "ence", "ians", "ible", "ings", "ists", "less", "ment",
    "ness", "sion", "tion", "ant", "ary", "ate", "ent", "ers", "est", "ful", "ian", "ics", "ify", "ing", "ise", "ish", "ism", "ist", "ity", "ive",
    "ize", "ors", "ory", "ous", "'s", "al", "ed", "er", "ic", "ly", "or", "ss", "s", "y",
};

#endif
