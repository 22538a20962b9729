/* test_speechd_module.c - build/sd_syrinx from outside, as Speech Dispatcher drives it: every command, events and sound, stops and pauses, nonsense. */
#include "test.h"

#include <math.h>

#include "speechd.h"

static struct sd_server server;

struct heard {
    int end;                        /* SD_END … */
    long samples, loud;             /* in all; above a hundredth */
    long first_loud;                /* samples before the first of those */
    int marks;
    char mark[20][40];
    long mark_at[20];               /* samples before it */
    double seconds;                 /* from the first sound to the end */
    double most_ahead;              /* seconds of sound before its time, at most, as if the first had come when it was asked for */
};

static double asked;                /* when say() sent its message */

static const char *program(void)
{
    static char path[600];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 40);
    assert_true(n > 0);
    path[n] = 0;
    *strrchr(path, '/') = 0;
    strcpy(strrchr(path, '/'), "/sd_syrinx");
    return path;
}

static void start_with(const char *config)
{
    assert_true(sd_server_start(&server, program(), config));
    assert_true(sd_server_say(&server, "INIT\n"));
    assert_int_equal(sd_server_next(&server, 60), SD_REPLY);
    assert_memory_equal(server.line, "299-", 4);
    assert_int_equal(sd_server_next(&server, 5), SD_REPLY);
    assert_string_equal(server.line, "299 OK LOADED SUCCESSFULLY");
    assert_true(sd_server_block(&server, "AUDIO", "audio_output_method=server"));
    assert_string_equal(server.line, "203 OK AUDIO INITIALIZED");
}

/* A configuration file with these lines. */
static const char *config_of(const char *lines)
{
    static char path[40];
    strcpy(path, "/tmp/sd_syrinx_XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, lines, strlen(lines)), strlen(lines));
    close(file);
    return path;
}

/* Most tests do not wait for sounds to be over. */
static int start(void **state)
{
    (void)state;
    const char *config = config_of("SyrinxAudioAhead 5000\n");
    start_with(config);
    unlink(config);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return sd_server_stop(&server, true);
}

static void set(const char *lines)
{
    assert_true(sd_server_block(&server, "SET", lines));
    assert_string_equal(server.line, "203 OK SETTINGS RECEIVED");
}

/* Events until the message ends, `stop_after` samples: `word` is sent then (0 with a word: at once). */
static struct heard hear(const char *word, long stop_after)
{
    struct heard heard = {0};
    double first = 0;
    int event = sd_server_next(&server, 20);
    assert_int_equal(event, SD_BEGIN);
    for (;;) {
        if (word && heard.samples >= stop_after) {
            assert_true(sd_server_say(&server, word));
            word = NULL;
        }
        event = sd_server_next(&server, 20);
        if (event == SD_SOUND) {
            first = heard.samples ? first : server.time;
            for (int i = 0; i < server.sample_count; i++) {
                heard.first_loud = !heard.loud ? heard.samples + i : heard.first_loud;
                heard.loud += abs(server.samples[i]) > 328;
            }
            heard.samples += server.sample_count;
            double ahead = (double)heard.samples / server.rate - (server.time - asked);
            heard.most_ahead = ahead > heard.most_ahead ? ahead : heard.most_ahead;
        } else if (event == SD_MARK) {
            assert_true(heard.marks < 20);
            snprintf(heard.mark[heard.marks], sizeof heard.mark[0], "%.39s", server.line);
            heard.mark_at[heard.marks++] = heard.samples;
        } else {
            break;
        }
    }
    heard.end = event;
    heard.seconds = server.time - first;
    assert_true(event == SD_END || event == SD_STOPPED || event == SD_PAUSED);
    return heard;
}

static struct heard say(const char *verb, const char *data)
{
    asked = sd_time();
    assert_true(sd_server_block(&server, verb, data));
    assert_string_equal(server.line, "200 OK SPEAKING");
    return hear(NULL, 0);
}

static void says_a_text(void **state)
{
    (void)state;
    struct heard heard = say("SPEAK", "<speak>Hello there. <mark name=\"__spd_0\"/>How are <mark name=\"mine\"/>you?<mark name=\"last\"/></speak>");
    assert_int_equal(heard.end, SD_END);
    assert_true(heard.samples > 24000 && heard.loud > 8000);
    assert_int_equal(server.rate, 24000);
    assert_int_equal(heard.marks, 3);
    assert_string_equal(heard.mark[0], "__spd_0");
    assert_string_equal(heard.mark[1], "mine");
    assert_string_equal(heard.mark[2], "last");
    assert_true(heard.mark_at[0] > 6000 && heard.mark_at[1] > heard.mark_at[0] && heard.mark_at[2] > heard.mark_at[1]);
    assert_int_equal(heard.mark_at[2], heard.samples);
}

static void sends_little_ahead(void **state)
{
    (void)state;
    start_with(NULL);
    struct heard heard = say("SPEAK", "<speak>Hello there.</speak>");
    assert_true(heard.samples > 12000);
    assert_true(heard.most_ahead < 0.1 + 0.03);         /* a busy machine may be late, never early */
    assert_int_equal(sd_server_stop(&server, true), 0);
}

static void says_keys_and_characters(void **state)
{
    static const char *const messages[][2] = {
        {"CHAR", "a"}, {"CHAR", "A"}, {"CHAR", "space"}, {"CHAR", " "}, {"CHAR", "&"}, {"CHAR", "<"}, {"CHAR", "é"}, {"CHAR", "😀"}, {"CHAR", "\t"}, {"KEY", "a"}, {"KEY", "shift_a"},
        {"KEY", "control_alt_Delete"}, {"KEY", "underscore"}, {"KEY", "_"}, {"KEY", "kp-plus"}, {"KEY", "F5"}, {"KEY", "unheard-of"}, {"SOUND_ICON", "bell"}};
    (void)state;
    set("rate=60");
    for (size_t i = 0; i < COUNT(messages); i++) {
        struct heard heard = say(messages[i][0], messages[i][1]);
        assert_int_equal(heard.end, SD_END);
        if (heard.loud < 500)
            fail_msg("%s %s is silent", messages[i][0], messages[i][1]);
    }
}

/* The silence that a voice begins with, and a "t", is left out; a pause that was asked for is not, and marks stay where they are. */
static void begins_with_sound(void **state)
{
    (void)state;
    char letter[2] = "a";
    set("volume=100\nrate=0");
    for (; *letter <= 'z'; (*letter)++) {
        struct heard heard = say("CHAR", letter);
        if (heard.loud < 1000 || heard.first_loud > 720)
            fail_msg("%s: sound after %ld samples", letter, heard.first_loud);
    }
    struct heard plain = say("SPEAK", "<speak>Time.<mark name=\"end\"/></speak>");
    assert_true(plain.first_loud < 720);
    assert_int_equal(plain.marks, 1);
    assert_true(plain.mark_at[0] > plain.samples - 6000 && plain.mark_at[0] <= plain.samples);
    struct heard later = say("SPEAK", "<speak><break time=\"500ms\"/><mark name=\"begin\"/>Time.<mark name=\"end\"/></speak>");
    assert_int_equal(later.marks, 2);
    assert_true(later.first_loud > 12000);
    assert_in_range(later.mark_at[0], 11000, 13000);
    set("volume=-80");
    struct heard faint = say("CHAR", "t");
    set("volume=100");
    struct heard loud = say("CHAR", "t");
    assert_in_range(faint.samples, loud.samples - 240, loud.samples + 240);     /* the same is left out */
}

static void settings_act(void **state)
{
    static const char *const text = "<speak>Please turn left at the next traffic light.</speak>";
    (void)state;
    set("rate=0\nvolume=100\npitch=0\npunctuation_mode=none\nspelling_mode=off\ncap_let_recogn=none\nvoice=male1\nlanguage=en\nsynthesis_voice=NULL");
    struct heard usual = say("SPEAK", text);
    set("rate=100");
    struct heard fast = say("SPEAK", text);
    assert_true(fast.samples * 3 < usual.samples);
    set("rate=-100");
    struct heard slow = say("SPEAK", "<speak>Left.</speak>");
    set("rate=0");
    struct heard left = say("SPEAK", "<speak>Left.</speak>");
    assert_true((double)slow.samples > 1.5 * (double)left.samples);
    set("volume=-90");
    struct heard soft = say("SPEAK", text);
    assert_int_equal(soft.samples, usual.samples);
    assert_true(soft.loud * 4 < usual.loud);
    set("volume=100\npunctuation_mode=all");
    assert_true(say("SPEAK", text).samples > usual.samples + 6000);
    set("punctuation_mode=none\nspelling_mode=on\nrate=60");
    struct heard spelled = say("SPEAK", text);
    set("spelling_mode=off");
    assert_true(spelled.samples > 3 * say("SPEAK", text).samples);
    set("cap_let_recogn=spell");
    struct heard capital = say("CHAR", "A");
    set("cap_let_recogn=none");
    assert_true(capital.samples > say("CHAR", "A").samples + 2000);
}

static void voices_are_listed_and_chosen(void **state)
{
    int speakers = 0;
    char first[100] = "", other[100] = "";
    (void)state;
    assert_true(sd_server_say(&server, "LIST VOICES\n"));
    for (;;) {
        assert_int_equal(sd_server_next(&server, 20), SD_REPLY);
        if (server.line[3] == ' ')
            break;
        char *name = server.line + 4, *tab = strchr(name, '\t');
        assert_non_null(tab);
        assert_non_null(strchr(tab + 1, '\t'));
        *tab = 0;
        assert_non_null(strchr(name, '/'));
        snprintf(speakers++ ? other : first, sizeof other, "%.99s", name);
    }
    assert_string_equal(server.line, "200 OK VOICE LIST SENT");
    assert_true(speakers >= 1);
    char lines[200];
    snprintf(lines, sizeof lines, "rate=50\nsynthesis_voice=%s", first);
    set(lines);
    struct heard one = say("SPEAK", "<speak>Good morning.</speak>");
    if (speakers > 1) {
        snprintf(lines, sizeof lines, "synthesis_voice=%s", other);
        set(lines);
        struct heard two = say("SPEAK", "<speak>Good morning.</speak>");
        assert_true(one.samples != two.samples || one.loud != two.loud);
    }
    /* a voice that is not there is no reason to be silent, nor is a language */
    set("synthesis_voice=nobody");
    assert_true(say("SPEAK", "<speak>Good morning.</speak>").loud > 2000);
    set("synthesis_voice=NULL\nlanguage=qaa");
    assert_true(say("SPEAK", "<speak>Good morning.</speak>").loud > 2000);
    set("language=en\nvoice=female3");
    assert_true(say("SPEAK", "<speak>Good morning.</speak>").loud > 2000);
    set("voice=child_male");
    assert_true(say("SPEAK", "<speak>Good morning.</speak>").loud > 2000);
}

static void stops_at_once(void **state)
{
    char text[2000] = "<speak>";
    (void)state;
    for (int i = 0; i < 60; i++)
        strcat(text, "one two three four five. ");
    strcat(text, "</speak>");
    for (long after = 0; after < 30000; after += 14000) {
        double begin = sd_time();
        assert_true(sd_server_block(&server, "SPEAK", text));
        struct heard heard = hear("STOP\n", after);
        assert_int_equal(heard.end, SD_STOPPED);
        assert_true(sd_time() - begin >= 0.04);             /* a server that is told sooner may forget it, and wait for ever */
        assert_true(heard.samples < after + 400000);        /* of 90 seconds: what was under way */
        assert_int_equal(say("CHAR", "b").end, SD_END);     /* and speaks on */
    }
    /* nothing speaks: nothing is told */
    assert_true(sd_server_say(&server, "STOP\nSTOP\nPAUSE\n"));
    assert_int_equal(say("CHAR", "c").end, SD_END);
}

/* The server waits for one of its own marks before it pauses: the last that was reached is told again. */
static void pauses_and_stops_in_real_time(void **state)
{
    (void)state;
    start_with(NULL);
    assert_true(sd_server_block(&server, "SPEAK", "<speak>Here it is. <mark name=\"__spd_0\"/>It <mark name=\"word\"/>goes on, and on, and on, and on, and on, and on, and on, and on, and on, and on, and on, and on, and on, and on, and on, and on, "
                                                  "and on. <mark name=\"__spd_1\"/>"
                                                  "This is the end.</speak>"));
    struct heard heard = hear("PAUSE\n", 45000);
    assert_int_equal(heard.end, SD_PAUSED);
    assert_int_equal(heard.marks, 3);
    assert_string_equal(heard.mark[0], "__spd_0");
    assert_string_equal(heard.mark[1], "word");
    assert_string_equal(heard.mark[2], "__spd_0");
    assert_true(sd_server_block(&server, "SPEAK", "<speak>Nothing is marked here, and it goes on and on and on.</speak>"));
    heard = hear("PAUSE\n", 0);
    assert_int_equal(heard.end, SD_PAUSED);
    assert_int_equal(heard.marks, 1);
    assert_string_equal(heard.mark[0], "__spd_-1");
    assert_true(sd_server_block(&server, "SPEAK", "<speak>Nothing is marked here, and it goes on and on and on, and on and on and on.</speak>"));
    heard = hear("STOP\n", 4800);
    assert_int_equal(heard.end, SD_STOPPED);
    assert_true(heard.samples < 4800 + 48000);         /* not all of it, though we may be late */
    assert_int_equal(sd_server_stop(&server, true), 0);
}

static void a_reply(const char *line)
{
    assert_int_equal(sd_server_next(&server, 20), SD_REPLY);
    assert_string_equal(server.line, line);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    sd_server_say(&server, "HELLO\n");
    a_reply("300 ERR UNKNOWN COMMAND");
    sd_server_say(&server, "\n");
    a_reply("300 ERR UNKNOWN COMMAND");
    char *long_line = malloc(3 << 20);
    memset(long_line, 'x', 3 << 20);
    assert_true(sd_server_send(&server, long_line, 3 << 20));
    sd_server_say(&server, "\n");
    a_reply("300 ERR UNKNOWN COMMAND");
    assert_true(sd_server_block(&server, "SET", "rate=fast"));
    assert_string_equal(server.line, "303 ERROR INVALID PARAMETER OR VALUE");
    assert_true(sd_server_block(&server, "SET", "what is this"));
    assert_string_equal(server.line, "302 ERROR BAD SYNTAX");
    assert_true(sd_server_block(&server, "AUDIO", "audio_output_method=alsa"));
    assert_string_equal(server.line, "303 ERROR INVALID PARAMETER OR VALUE");
    assert_true(sd_server_block(&server, "LOGLEVEL", "log_level=3"));
    assert_string_equal(server.line, "203 OK LOGLEVEL SET");
    assert_true(sd_server_block(&server, "SPEAK", ""));
    assert_string_equal(server.line, "301 ERROR CANT SPEAK");
    assert_true(sd_server_block(&server, "CHAR", "a\nb"));
    assert_string_equal(server.line, "305 DATA MORE THAN ONE LINE");
    /* more than it takes: read to its end, then refused */
    sd_server_say(&server, "SPEAK\n");
    a_reply("202 OK RECEIVING MESSAGE");
    memset(long_line, 'y', 3 << 20);
    assert_true(sd_server_send(&server, long_line, 3 << 20) && sd_server_send(&server, long_line, 3 << 20));
    sd_server_say(&server, "\n.\n");
    a_reply("402 ERROR OUT OF MEMORY");
    free(long_line);
    sd_server_say(&server, "DEBUG ON /nowhere/at/all\n");
    a_reply("303 CANT OPEN CUSTOM DEBUG FILE");
    sd_server_say(&server, "DEBUG OFF\n");
    a_reply("200 OK DEBUGGING OFF");
    sd_server_say(&server, "DEBUG\n");
    a_reply("302 ERROR BAD SYNTAX");
    /* a second message while one is spoken */
    assert_true(sd_server_block(&server, "SPEAK", "<speak>One two three four five six seven eight nine ten.</speak>"));
    sd_server_say(&server, "SPEAK\n<speak>no</speak>\n.\n");
    int refused = 0, event;
    while ((event = sd_server_next(&server, 20)) != SD_END) {
        assert_true(event == SD_BEGIN || event == SD_SOUND || event == SD_REPLY);
        refused += event == SD_REPLY && !strcmp(server.line, "301 ERROR CANT SPEAK");
    }
    assert_int_equal(refused, 1);
}

static void broken_markup_is_said(void **state)
{
    static const char *const texts[] = {"<speak>broken <b> & markup</speak>", "no markup at all", "<speak>unfinished", "a < b & c > d", "<speak>wrong</p></speak>", ". a full stop in front"};
    (void)state;
    set("rate=50");
    for (size_t i = 0; i < COUNT(texts); i++) {
        char stuffed[100];
        snprintf(stuffed, sizeof stuffed, "%s%s", *texts[i] == '.' ? "." : "", texts[i]);
        struct heard heard = say("SPEAK", stuffed);
        if (heard.end != SD_END || heard.loud < 2000)
            fail_msg("\"%s\" is not said", texts[i]);
    }
    set("pitch_range=50\ncap_let_recogn=icon");
    assert_true(say("SPEAK", "<speak>Anna & Bob <say-as interpret-as=\"date\">2020-01-02</say-as></speak>").loud > 4000);
}

static void the_configuration_counts(void **state)
{
    const char *path = config_of("# of a test\nSyrinxMaxRate 2\nSyrinxSpelling \"phonetic\"\nSyrinxAudioAhead 5000\nSyrinxNonsense 1\nSyrinxVoice\n");
    (void)state;
    start_with(path);
    struct heard usual = say("SPEAK", "<speak>Please turn left at the next traffic light.</speak>");
    set("rate=100");
    struct heard fast = say("SPEAK", "<speak>Please turn left at the next traffic light.</speak>");
    assert_true(fast.samples * 10 > usual.samples * 4);
    set("spelling_mode=on");
    struct heard phonetic = say("SPEAK", "<speak>bc</speak>");
    assert_true(phonetic.samples > say("CHAR", "b").samples + 6000);
    assert_int_equal(sd_server_stop(&server, true), 0);
    unlink(path);
}

static void goes_with_the_server(void **state)
{
    (void)state;
    start_with(NULL);
    assert_true(sd_server_block(&server, "SPEAK", "<speak>One two three four five six seven eight nine ten.</speak>"));
    assert_int_equal(sd_server_stop(&server, false), 0);        /* the pipe is closed while it speaks */
    start_with(NULL);
    assert_true(sd_server_block(&server, "SPEAK", "<speak>One two three four five six seven eight nine ten.</speak>"));
    assert_int_equal(sd_server_stop(&server, true), 0);
}

/* A copy of module and library away from the voices. */
static void says_why_it_cannot_start(void **state)
{
    char folder[] = "/tmp/sd_syrinx_XXXXXX", command[1500], copy[100];
    (void)state;
    assert_non_null(mkdtemp(folder));
    char *build = strdup(program()), *voices = strdup(getenv("SYRINX_VOICES") ? getenv("SYRINX_VOICES") : "voices");
    *strrchr(build, '/') = 0;
    snprintf(command, sizeof command, "mkdir %s/a && cp %s/sd_syrinx %s/libsyrinx.so.0 %s/a", folder, build, build, folder);
    assert_int_equal(system(command), 0);
    snprintf(copy, sizeof copy, "%s/a/sd_syrinx", folder);
    setenv("SYRINX_VOICES", "/nowhere", 1);
    setenv("XDG_DATA_HOME", "/nowhere", 1);
    assert_true(sd_server_start(&server, copy, NULL));
    setenv("SYRINX_VOICES", voices, 1);
    sd_server_say(&server, "INIT\n");
    assert_int_equal(sd_server_next(&server, 60), SD_REPLY);
    bool installed = !strncmp(server.line, "299-", 4);      /* a voice is installed on this machine */
    if (!installed) {
        assert_memory_equal(server.line, "399-", 4);
        a_reply("399 ERR CANT INIT MODULE");
    }
    assert_int_equal(sd_server_stop(&server, false), installed ? 0 : 1);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    free(build);
    free(voices);
    if (installed)
        skip();
}

int main(void)
{
    const struct CMUnitTest with_module[] = {
        cmocka_unit_test(says_a_text), cmocka_unit_test(says_keys_and_characters), cmocka_unit_test(begins_with_sound), cmocka_unit_test(settings_act), cmocka_unit_test(voices_are_listed_and_chosen),
        cmocka_unit_test(stops_at_once), cmocka_unit_test(nonsense_is_refused), cmocka_unit_test(broken_markup_is_said)};
    const struct CMUnitTest alone[] = {cmocka_unit_test(the_configuration_counts), cmocka_unit_test(sends_little_ahead), cmocka_unit_test(pauses_and_stops_in_real_time), cmocka_unit_test(goes_with_the_server), cmocka_unit_test(says_why_it_cannot_start)};
    int failed = cmocka_run_group_tests(with_module, start, stop);
    return failed + cmocka_run_group_tests(alone, NULL, NULL);
}
