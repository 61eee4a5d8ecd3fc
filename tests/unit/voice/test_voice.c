/* What a person would miss: a voice that goes on when told to stop, or a kiosk that fails without a
 * loudspeaker. */
#include "board/base/file.h"
#include "drivers/voice/readings.h"
#include "drivers/voice/speech.h"
#include "drivers/voice/voice.h"
#include "drivers/voice/wav.h"
#include "tests/unit/cmocka.h"

#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RATE_HZ 22050

struct scene {
    char dir[64];
    char log[96];
    uint8_t level; /* of the samples of its clips, in 256ths of all there is */
    struct voice *voice;
};

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void wav_header(uint8_t head[44], uint32_t data_size)
{
    static const uint8_t format[24] = {'f',  'm',  't', ' ', 16,   0,    0, 0, 1, 0, 1,  0, /* PCM, mono */
                                       0x22, 0x56, 0,   0,   0x44, 0xac, 0, 0, 2, 0, 16, 0};

    memcpy(head, "RIFF", 4);
    put_u32(head + 4, data_size + 36);
    memcpy(head + 8, "WAVE", 4);
    memcpy(head + 12, format, sizeof format);
    memcpy(head + 36, "data", 4);
    put_u32(head + 40, data_size);
}

/* dir/zh-CN/TEXT.wav: that many seconds of the scene's level, silence by default; the only line of the index
 * but for earlier ones. */
static void make_clip(const struct scene *scene, const char *id, uint32_t seconds)
{
    uint32_t size = seconds * RATE_HZ * 2;
    uint8_t *bytes = calloc(1, 44 + size);
    char path[160];

    assert_non_null(bytes);
    wav_header(bytes, size);
    for (uint32_t i = 1; i < size; i += 2)
        bytes[44 + i] = scene->level;
    snprintf(path, sizeof path, "%s/zh-CN", scene->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/zh-CN/%s.wav", scene->dir, id);
    assert_ok(file_write(path, bytes, 44 + size, 0600));
    free(bytes);
    snprintf(path, sizeof path, "%s/zh-CN/index", scene->dir);
    FILE *index = fopen(path, "a");
    assert_non_null(index);
    fprintf(index, "%s\t%s.wav\n", id, id);
    fclose(index);
}

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    strcpy(scene->dir, "/tmp/yizhan-voice-XXXXXX");
    assert_non_null(mkdtemp(scene->dir));
    snprintf(scene->log, sizeof scene->log, "%s/voice.jsonl", scene->dir);
    setenv("SDL_AUDIODRIVER", "dummy", 1); /* consumes samples in real time, as a sound card does */
    *state = scene;
    return 0;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static int teardown(void **state)
{
    struct scene *scene = *state;
    voice_destroy(&scene->voice);
    assert_null(scene->voice);
    assert_int_equal(nftw(scene->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(scene);
    return 0;
}

static void create(struct scene *scene, const char *backend)
{
    const struct voice_setup setup = {
        .backend = backend, .clips_dir = scene->dir, .log_path = scene->log, .clock = clock_system()};

    assert_ok(voice_create(&setup, &scene->voice));
}

static void say(struct scene *scene, const char *text)
{
    voice_say(
        scene->voice,
        &(struct voice_line){.lang = "zh-CN", .text = text, .chars_per_minute = 160, .volume_percent = 80});
}

/* Waits for another thread, which is bound to get there; the bound only ends a test that has failed. */
static void await(struct scene *scene, enum voice_state state)
{
    struct pollfd changed = {.fd = voice_fd(scene->voice), .events = POLLIN};

    while (voice_report(scene->voice).state != state)
        assert_int_equal(poll(&changed, 1, 20000), 1);
}

static void a_stop_silences_a_long_clip_at_once(void **state)
{
    struct scene *scene = *state;

    make_clip(scene, "长", 60);
    create(scene, "sound");
    assert_int_equal(voice_report(scene->voice).last_first_sound_ms, -1);
    say(scene, "长");
    await(scene, VOICE_SPEAKING);
    assert_true(voice_report(scene->voice).last_first_sound_ms >= 0);
    voice_stop(scene->voice);
    await(scene, VOICE_IDLE); /* in far less than a minute, or the test runs into its bound */
}

static void a_new_line_interrupts_the_old_one(void **state)
{
    struct scene *scene = *state;

    make_clip(scene, "旧", 60);
    make_clip(scene, "新", 1);
    create(scene, "auto");
    say(scene, "旧");
    await(scene, VOICE_SPEAKING);
    say(scene, "新");
    await(scene, VOICE_SPEAKING);
    await(scene, VOICE_IDLE);
}

/* A touch silences the voice, and the next screen speaks: between the two the thread may be anywhere. */
static void what_is_said_right_after_a_stop_is_heard(void **state)
{
    struct scene *scene = *state;

    make_clip(scene, "旧", 5);
    create(scene, "sound");
    for (int i = 0; i < 1000; i++) {
        say(scene, "旧");
        await(scene, VOICE_SPEAKING);
        voice_stop(scene->voice);
    }
}

/* Until a line has been heard to its end, however late this thread looks. */
static void await_heard(struct scene *scene)
{
    struct pollfd changed = {.fd = voice_fd(scene->voice), .events = POLLIN};

    for (;;) {
        struct voice_report report = voice_report(scene->voice);
        if (report.state == VOICE_IDLE && report.last_first_sound_ms >= 0)
            return;
        assert_int_equal(poll(&changed, 1, 20000), 1);
    }
}

static void await_audible(struct scene *scene, bool is_audible)
{
    struct pollfd changed = {.fd = voice_fd(scene->voice), .events = POLLIN};
    while (voice_report(scene->voice).audible != is_audible)
        assert_int_equal(poll(&changed, 1, 20000), 1);
}

/* A loudspeaker that has said nothing yet is none that is broken. */
static void it_is_audible_until_a_line_could_not_be_said(void **state)
{
    struct scene *scene = *state;
    char *path = strdup(getenv("PATH"));

    make_clip(scene, "好", 1);
    create(scene, "sound");
    assert_true(voice_report(scene->voice).audible);
    setenv("PATH", "/nowhere", 1); /* no recording, and no espeak-ng */
    say(scene, "第3步");
    await_audible(scene, false);
    setenv("PATH", path, 1);
    free(path);
    say(scene, "好");
    await_audible(scene, true);
}

static void espeak_speaks_what_has_no_clip(void **state)
{
    struct scene *scene = *state;

    create(scene, "sound");
    say(scene, "第3步");
    await_heard(scene);
    assert_true(voice_report(scene->voice).audible);
}

static void destroying_in_mid_sentence_is_prompt(void **state)
{
    struct scene *scene = *state;

    make_clip(scene, "长", 60);
    create(scene, "sound");
    say(scene, "长");
    await(scene, VOICE_SPEAKING);
}

static void muted_says_nothing(void **state)
{
    struct scene *scene = *state;

    create(scene, "sound");
    voice_say(
        scene->voice,
        &(struct voice_line){.lang = "zh-CN", .text = "静音", .chars_per_minute = 160, .volume_percent = 0});
    await(scene, VOICE_IDLE);
    assert_int_equal(voice_report(scene->voice).last_first_sound_ms, -1);
}

/* The loudest sample that reaches the loudspeaker, which is a file here. */
static int loudest_at(struct scene *scene, int volume_percent)
{
    struct buf heard = {0};
    char path[96];
    int loudest = 0;

    snprintf(path, sizeof path, "%s/heard", scene->dir);
    setenv("SDL_DISKAUDIOFILE", path, 1);
    create(scene, "sound");
    voice_say(scene->voice,
              &(struct voice_line){
                  .lang = "zh-CN", .text = "响", .chars_per_minute = 160, .volume_percent = volume_percent});
    await_heard(scene);
    voice_destroy(&scene->voice); /* closes the file */
    assert_ok(file_read(path, 1 << 24, &heard));
    for (size_t i = 0; i + 1 < heard.length; i += 2) {
        int sample = (uint8_t)heard.data[i] | (uint8_t)heard.data[i + 1] << 8;
        loudest = sample < 0x8000 && sample > loudest ? sample : loudest;
    }
    buf_finish(&heard);
    return loudest;
}

static void a_line_is_as_loud_as_asked(void **state)
{
    struct scene *scene = *state;

    scene->level = 0x40;
    setenv("SDL_AUDIODRIVER", "disk", 1);
    make_clip(scene, "响", 1);
    assert_int_equal(loudest_at(scene, 100), 0x4000);
    assert_int_equal(loudest_at(scene, 50), 0x2000);
}

static void without_sound_hardware_it_is_silent_and_fine(void **state)
{
    struct scene *scene = *state;

    setenv("SDL_AUDIODRIVER", "no-such-driver", 1);
    create(scene, "auto");
    say(scene, "你好");
    voice_stop(scene->voice);
    assert_int_equal(voice_report(scene->voice).state, VOICE_IDLE);
    assert_false(voice_report(scene->voice).audible);
}

static struct speech opened(const struct scene *scene, const char *text, struct espeak *spare)
{
    struct speech speech;
    const struct voice_line line = {.lang = "zh-CN", .text = text, .chars_per_minute = 160};
    assert_ok(speech_open(&line, scene->dir, spare, &speech));
    return speech;
}

/* Number and sentence from their own recordings; what is not all recorded is left to espeak-ng. */
static void recordings_are_put_together_or_left_alone(void **state)
{
    struct scene *scene = *state;
    make_clip(scene, "还差", 1);
    make_clip(scene, "二", 1);
    make_clip(scene, "百", 1);
    make_clip(scene, "元", 1);
    struct espeak none = {.pid = 0};
    struct speech speech = opened(scene, "还差 200元。", &none);
    assert_int_equal(speech.espeak.pid, 0);
    assert_int_equal(lseek(speech.fd, 0, SEEK_END),
                     44 + 4 * RATE_HZ * 2 + RATE_HZ / 4 * 2); /* a blank is no pause */
    speech_close(&speech);
    assert_int_equal(speech.fd, -1);
    speech = opened(scene, "二-百-元。", &none); /* twenty-two */
    assert_int_equal(speech.espeak.pid, 0);
    assert_int_equal(lseek(speech.fd, 0, SEEK_END), 44 + 3 * RATE_HZ * 2 + RATE_HZ / 4 * 2);
    speech_close(&speech);
    speech = opened(scene, "还差 300元。", &none);
    assert_int_not_equal(speech.espeak.pid, 0);
    speech_close(&speech);
}

/* One that fits the line speaks it and is the spare one no longer; one that died, or has another language or
 * pace, is not waited for in vain. */
static void a_spare_espeak_is_used_if_it_fits(void **state)
{
    struct scene *scene = *state;
    struct espeak spare = {.pid = 0};
    speech_prepare("zh-CN", 160, &spare);
    pid_t ready = spare.pid;
    assert_int_not_equal(ready, 0);
    speech_prepare("zh-CN", 160, &spare);
    assert_int_equal(spare.pid, ready);
    struct speech speech = opened(scene, "你好", &spare);
    assert_int_equal(speech.espeak.pid, ready);
    assert_int_equal(spare.pid, 0);
    speech_close(&speech);
    assert_int_equal(kill(ready, 0), -1);

    speech_prepare("en", 160, &spare);
    ready = spare.pid;
    speech = opened(scene, "你好", &spare);
    assert_int_not_equal(speech.espeak.pid, ready);
    assert_int_equal(kill(ready, 0), -1);
    speech_close(&speech);

    speech_prepare("zh-CN", 160, &spare);
    ready = spare.pid;
    siginfo_t end;
    assert_int_equal(kill(ready, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)ready, &end, WEXITED | WNOWAIT), 0);
    speech = opened(scene, "你好", &spare);
    assert_int_not_equal(speech.espeak.pid, 0);
    assert_int_not_equal(speech.espeak.pid, ready);
    speech_close(&speech);
}

static size_t bytes_to_end(struct speech *speech)
{
    char bytes[4096];
    size_t size = 0;
    for (ssize_t got; (got = read(speech->fd, bytes, sizeof bytes)) > 0;)
        size += (size_t)got;
    speech_close(speech);
    return size;
}

static size_t bytes_of(const struct scene *scene, int chars_per_minute)
{
    const struct voice_line line = {.lang = "zh-CN", .text = "你好", .chars_per_minute = chars_per_minute};
    struct espeak none = {.pid = 0};
    struct speech speech;
    assert_ok(speech_open(&line, scene->dir, &none, &speech));
    assert_int_equal(speech.espeak.pid, 0); /* the recording */
    return bytes_to_end(&speech);
}

static void slow_is_slow_with_recordings_too(void **state)
{
    struct scene *scene = *state;
    make_clip(scene, "你好", 2);
    size_t usual = bytes_of(scene, 160), slow = bytes_of(scene, 130);
    assert_int_equal(usual, 44 + 2 * 2 * RATE_HZ);
    assert_in_range(slow, usual * 120 / 100, usual * 126 / 100);
}

static void a_clip_s_name_cannot_leave_its_folder(void **state)
{
    struct scene *scene = *state;
    make_clip(scene, "你好", 1);
    make_clip(scene, "../zh-CN/你好", 1); /* its line: the text is as wrong as the name */
    struct espeak none = {.pid = 0};
    struct speech speech = opened(scene, "../zh-CN/你好", &none);
    assert_int_not_equal(speech.espeak.pid, 0); /* espeak-ng, not the file */
    speech_close(&speech);
}

static void the_log_tells_what_was_given_to_say(void **state)
{
    struct scene *scene = *state;
    struct buf log = {0};

    create(scene, "log");
    say(scene, "共 \"12\" 项，¥2.50");
    voice_stop(scene->voice);
    assert_ok(file_read(scene->log, 4096, &log));
    assert_string_equal(buf_text(&log),
                        "{\"say\":\"共 \\\"12\\\" 项，¥2.50\",\"words\":\"共 \\\"十二\\\" 项，两元五角\","
                        "\"lang\":\"zh-CN\",\"rate\":160,\"volume\":80}\n"
                        "{\"stop\":true}\n");
    buf_finish(&log);
}

static void a_wrong_setup_is_refused(void **state)
{
    struct voice *voice = NULL;

    (void)state;
    assert_err_class(voice_create(&(struct voice_setup){.backend = "loud", .clock = clock_system()}, &voice),
                     ERR_DATA);
    assert_err_class(voice_create(&(struct voice_setup){.backend = "log", .clock = clock_system()}, &voice),
                     ERR_DATA);
    assert_err_class(
        voice_create(
            &(struct voice_setup){.backend = "log", .log_path = "/nowhere/x", .clock = clock_system()},
            &voice),
        ERR_DATA);
    assert_null(voice);
}

static void wav_heads(void **state)
{
    uint8_t head[44];
    struct wav_format format;
    size_t at;

    (void)state;
    wav_header(head, 100);
    for (size_t size = 0; size < sizeof head; size++)
        assert_int_equal(wav_head(head, size, &format, &at), WAV_MORE);
    assert_int_equal(wav_head(head, sizeof head, &format, &at), WAV_OK);
    assert_int_equal(at, 44);
    assert_int_equal(format.rate_hz, RATE_HZ);
    assert_int_equal(format.channels, 1);
    head[34] = 8; /* 8-bit samples */
    assert_int_equal(wav_head(head, sizeof head, &format, &at), WAV_BAD);
    head[34] = 16;
    put_u32(head + 16, 0xFFFFFFFFu); /* a chunk longer than the world */
    assert_int_equal(wav_head(head, sizeof head, &format, &at), WAV_BAD);
    assert_int_equal(wav_head((const uint8_t *)"<html><body>", 12, &format, &at), WAV_BAD);
}

static size_t bytes_said(const struct scene *scene, const char *text)
{
    struct espeak none = {.pid = 0};
    struct speech speech = opened(scene, text, &none);
    return bytes_to_end(&speech);
}

/* 𬉼 is read as 偶, not as "er bei er qi c", the number of its place in Unicode. */
static void a_rare_character_is_read_as_one_syllable(void **state)
{
    size_t rare = bytes_said(*state, "王𬉼"), common = bytes_said(*state, "王偶");
    assert_in_range(rare, common * 9 / 10, common * 11 / 10);
    struct buf words = {0};
    readings_spell("王𬉼，𠅤\U00030001。", &words);
    assert_string_equal(buf_text(&words), "王 ǒu ， xí   。");
    buf_finish(&words);
}

static void pace_stays_within_what_espeak_can_do(void **state)
{
    (void)state;
    assert_in_range(speech_espeak_rate("zh-CN", 160), 135, 145);
    assert_in_range(speech_espeak_rate("zh-CN", 130), 108, 118);
    assert_int_equal(speech_espeak_rate("zh-CN", 10), 80);
    assert_int_equal(speech_espeak_rate("en", 9000), 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stop_silences_a_long_clip_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_new_line_interrupts_the_old_one, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_said_right_after_a_stop_is_heard, setup, teardown),
        cmocka_unit_test_setup_teardown(it_is_audible_until_a_line_could_not_be_said, setup, teardown),
        cmocka_unit_test_setup_teardown(espeak_speaks_what_has_no_clip, setup, teardown),
        cmocka_unit_test_setup_teardown(destroying_in_mid_sentence_is_prompt, setup, teardown),
        cmocka_unit_test_setup_teardown(muted_says_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_is_as_loud_as_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(without_sound_hardware_it_is_silent_and_fine, setup, teardown),
        cmocka_unit_test_setup_teardown(recordings_are_put_together_or_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_spare_espeak_is_used_if_it_fits, setup, teardown),
        cmocka_unit_test_setup_teardown(slow_is_slow_with_recordings_too, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clip_s_name_cannot_leave_its_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(the_log_tells_what_was_given_to_say, setup, teardown),
        cmocka_unit_test(a_wrong_setup_is_refused),
        cmocka_unit_test(wav_heads),
        cmocka_unit_test_setup_teardown(a_rare_character_is_read_as_one_syllable, setup, teardown),
        cmocka_unit_test(pace_stays_within_what_espeak_can_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
