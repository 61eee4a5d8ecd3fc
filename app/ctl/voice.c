/*
 * yizhanctl voice script, voice pack: what a county announcer reads, and what comes back.
 *
 * Both walk the same texts: the screens' catalogue, the forms' labels, hints, choices and guides, and the
 * words numbers are said with. A text is said in pieces: sentences, cut where something is filled in. A
 * piece's id is made of its words, so that a recording of old words is never taken for new ones.
 */
#include "app/ctl/command.h"
#include "app/ctl/form_files.h"
#include "app/ctl/options.h"
#include "app/form/session.h"
#include "app/service/guide.h"
#include "board/base/file.h"
#include "board/base/hash.h"
#include "drivers/voice/clips.h"
#include "drivers/voice/voice_words.h"
#include "ui/lang.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { UTF8_LEAD = 0xC0, UTF8_SIGNS = 0xE2 }; /* of a sequence of bytes */
enum { PIECES_MAX = 8192, ID_SIZE = 16, RECORDING_MAX = 8 << 20, EXIT_MISSING = 1, EXIT_FAILED = 2 };

struct voice_job {
    const char *lang, *assets, *forms; /* forms: folder with FORM/form.xml; NULL for none */
    const char *recordings, *out;      /* pack */
    uint64_t *seen;
    size_t count, missing;
    struct buf index;
    struct err err;
};

/* ---- what is done with a piece ---- */

static void print_row(const char *id, const char *text, size_t length)
{
    printf("%s,\"", id);
    for (size_t i = 0; i < length; i++)
        printf(text[i] == '"' ? "\"\"" : "%c", text[i]);
    puts("\"");
}

/* True when the recording is there and can be played; it is copied. */
static bool import_recording(struct voice_job *job, const char *id)
{
    char path[600];
    struct buf bytes = {0};
    size_t at;
    snprintf(path, sizeof path, "%s/%s.wav", job->recordings, id);
    struct err e = file_read(path, RECORDING_MAX, &bytes);
    bool is_there = !err_is(&e), can_play = is_there && clips_is_playable(bytes.data, bytes.length, &at);
    if (is_there && !can_play)
        printf("%s.wav is not 16-bit, %d Hz, mono\n", id, CLIPS_RATE_HZ);
    snprintf(path, sizeof path, "%s/%s/%s.wav", job->out, job->lang, id);
    if (can_play && !err_is(&job->err))
        job->err = file_write(path, bytes.data, bytes.length, 0644);
    buf_finish(&bytes);
    return can_play;
}

/* A key's face, such as / or ␣, is nothing to read aloud. Signs of their own lie from U+2000 to U+2FFF. */
static bool has_words(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (isalnum((unsigned char)text[i]) ||
            ((unsigned char)text[i] >= UTF8_LEAD && (unsigned char)text[i] != UTF8_SIGNS))
            return true;
    return false;
}

static void take_piece(struct voice_job *job, const char *text, size_t length)
{
    char id[ID_SIZE];
    if (!has_words(text, length))
        return;
    uint64_t hash = hash_bytes(HASH_START, text, length);
    for (size_t i = 0; i < job->count; i++)
        if (job->seen[i] == hash)
            return;
    if (job->count == PIECES_MAX) {
        job->err = err_make(ERR_REFUSED, "voice", 0, "more than %d sentences", PIECES_MAX);
        return;
    }
    job->seen[job->count++] = hash;
    snprintf(id, sizeof id, "%012llx", (unsigned long long)(hash & 0xFFFFFFFFFFFFu));
    if (!job->recordings) {
        print_row(id, text, length);
    } else if (import_recording(job, id)) {
        buf_append(&job->index, text, length);
        buf_printf(&job->index, "\t%s.wav\n", id);
    } else {
        printf("missing %s: %.*s\n", id, (int)length, text);
        job->missing++;
    }
}

/* ---- texts into pieces ---- */

/* Bytes of a sentence's end at p; 0 for none. */
static size_t cut_at(const char *p)
{
    static const char *const ends[] = {"。", "？", "！", "；", "\n", ". ", "? ", "|"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strncmp(p, ends[i], strlen(ends[i])) == 0)
            return strlen(ends[i]);
    return 0;
}

static void take_pieces(struct voice_job *job, const char *words)
{
    for (const char *p = words + clips_marks(words); *p; p += clips_marks(p)) {
        const char *end = p, *said = p; /* said: behind the last byte that is no mark */
        while (*end && !cut_at(end)) {
            int marks = clips_marks(end);
            end += marks > 0 ? marks : 1;
            said = marks > 0 ? said : end;
        }
        if (said > p)
            take_piece(job, p, (size_t)(said - p));
        p = end + cut_at(end);
    }
}

/* Bytes of a placeholder at p, "{0}"; 0 for none. */
static size_t placeholder_at(const char *p)
{
    return p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}' ? 3 : 0;
}

static void take_text(struct voice_job *job, const char *text)
{
    while (*text) {
        struct buf part = {0}, words = {0};
        const char *end = text;
        while (*end && !placeholder_at(end))
            end++;
        buf_append(&part, text, (size_t)(end - text));
        voice_words_expand(voice_tongue(job->lang), buf_text(&part), &words);
        take_pieces(job, buf_text(&words));
        buf_finish(&words);
        buf_finish(&part);
        text = end + placeholder_at(end);
    }
}

/* ---- where texts come from ---- */

static void take_numbers(struct voice_job *job)
{
    static const char zh[] =
        "零|一|二|两|三|四|五|六|七|八|九|十|百|千|万|亿|点|半|负|幺|叉|年|月|日|号|点钟|分|时|"
        "元|角|百分之|第|到|凌晨|上午|中午|下午|晚上|夜里";
    static const char en[] =
        "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
        "sixteen|"
        "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|"
        "million|and|point|minus|yuan|fen|percent|X|to|number|first|second|third|fourth|fifth|sixth|seventh|"
        "eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|"
        "eighteenth|"
        "nineteenth|twentieth|thirtieth|January|February|March|April|May|June|July|August|September|October|"
        "November|December|oh|o'clock|in the morning|in the afternoon|in the evening|at night|at noon";
    take_pieces(job, voice_tongue(job->lang) == VOICE_EN ? en : zh);
}

static void take_catalogue(struct voice_job *job)
{
    char folder[600];
    struct lang *lang = NULL;
    snprintf(folder, sizeof folder, "%s/lang", job->assets);
    job->err = lang_create(folder, job->lang, NULL, &lang);
    for (size_t i = 0; !err_is(&job->err) && i < lang_count(lang); i++)
        if (*lang_id_at(lang, i)) /* not the head */
            take_text(job, lang_text(lang, lang_id_at(lang, i)));
    lang_destroy(&lang);
}

static void take_messages(struct voice_job *job, struct xform_session *session, const char *ref)
{
    const char *messages[2];
    struct err e = session_messages(session, ref, &messages[0], &messages[1]);
    for (size_t i = 0; !err_is(&e) && i < 2; i++)
        take_text(job, messages[i]);
}

static void take_node(struct voice_job *job, struct xform_session *session, const char *ref)
{
    struct session_node node;
    char copy[400];
    snprintf(copy, sizeof copy, "%s", ref);
    struct err e = session_look(session, copy, &node);
    if (err_is(&e))
        return;
    take_text(job, node.label.text);
    take_text(job, node.hint.text);
    take_messages(job, session, copy);
    for (size_t i = 0; i < node.choice_count; i++)
        take_text(job, node.choices[i].label.text);
    if (node.kind == XFORM_REPEAT && node.child_count == 0) {
        e = session_add_repeat(session, copy,
                               0); /* its questions have words too; a counted one has none yet */
        (void)e;
    }
    for (size_t i = 0;; i++) {
        e = session_look(session, copy, &node);
        if (err_is(&e) || i >= node.child_count)
            return;
        take_node(job, session, node.children[i]);
    }
}

static void take_guide(struct voice_job *job, const char *path)
{
    static const char *const keys[] = {
        "title",   "audience",  "condition", "material", "fee", "time_limit",  "result", "department",
        "purpose", "recipient", "retention", "note",     "faq", "legal_basis", "notice", "category"};
    struct buf bytes = {0};
    struct guide *guide = NULL;
    struct err e = file_read(path, 1 << 20, &bytes);
    if (!err_is(&e))
        e = guide_parse(buf_text(&bytes), bytes.length, &guide);
    for (size_t k = 0; !err_is(&e) && k < sizeof keys / sizeof *keys; k++)
        for (size_t i = 0; guide_item(guide, keys[k], job->lang, i); i++)
            take_text(job, guide_item(guide, keys[k], job->lang, i));
    guide_destroy(&guide);
    buf_finish(&bytes);
}

static void take_form(struct voice_job *job, const char *folder)
{
    char path[600];
    struct form_media media = {.dir = folder};
    struct xform *form = NULL;
    struct xform_session *session = NULL;
    snprintf(path, sizeof path, "%s/form.xml", folder);
    job->err = form_files_load(path, &media, &form);
    if (!err_is(&job->err))
        job->err = session_create(
            form, &(struct session_inputs){.language = job->lang, .plain_texts = true, .outputs = "{0}"},
            &session);
    if (!err_is(&job->err))
        take_node(job, session, session_root_ref(session));
    snprintf(path, sizeof path, "%s/guide.csv", folder);
    take_guide(job, path);
    session_destroy(&session);
    xform_destroy(&form);
}

static int is_folder(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void take_forms(struct voice_job *job)
{
    struct dirent **names = NULL;
    int count = job->forms ? scandir(job->forms, &names, is_folder, alphasort) : 0;
    if (count < 0)
        job->err = err_errno("voice", errno, "open the folder %.200s", job->forms);
    for (int i = 0; i < count; i++) {
        char folder[600];
        snprintf(folder, sizeof folder, "%s/%s", job->forms, names[i]->d_name);
        if (!err_is(&job->err))
            take_form(job, folder);
        free(names[i]);
    }
    free(names);
}

/* ---- the commands ---- */

static bool read_options(struct voice_job *job, int argc, char **argv)
{
    const struct option_place places[] = {{"lang", .value = &job->lang},
                                          {"assets", .value = &job->assets},
                                          {"forms", .value = &job->forms},
                                          {"out", .value = &job->out},
                                          {.name = NULL}};
    return options_read(argc, argv, places, &job->recordings, 1);
}

static void take_everything(struct voice_job *job)
{
    job->seen = calloc(PIECES_MAX, sizeof *job->seen);
    if (!job->seen) {
        job->err = err_no_memory("voice");
        return;
    }
    take_numbers(job);
    take_catalogue(job);
    if (!err_is(&job->err))
        take_forms(job);
    free(job->seen);
}

static int fail(const struct err *e)
{
    fprintf(stderr, "yizhanctl voice: %s\n", e->text);
    return EXIT_FAILED;
}

int command_voice_script(int argc, char **argv)
{
    struct voice_job job = {.lang = "zh-CN", .assets = options_assets()};
    if (!read_options(&job, argc, argv) || job.recordings || job.out)
        return COMMAND_USAGE;
    fputs("\xEF\xBB\xBFid,text\n", stdout); /* the mark tells a spreadsheet that this is UTF-8 */
    take_everything(&job);
    return err_is(&job.err) ? fail(&job.err) : 0;
}

static struct err make_folder(const char *path)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST
               ? err_ok()
               : err_errno("voice", errno, "make the folder %.200s", path);
}

/* A folder mistyped is not one in which nothing is recorded yet. */
static struct err check_recordings(const char *path)
{
    return access(path, R_OK | X_OK) == 0 ? err_ok()
                                          : err_errno("voice", errno, "open the folder %.200s", path);
}

int command_voice_pack(int argc, char **argv)
{
    struct voice_job job = {.lang = "zh-CN", .assets = options_assets()};
    char path[600];
    if (!read_options(&job, argc, argv) || !job.recordings || !job.out || strchr(job.lang, '/'))
        return COMMAND_USAGE;
    snprintf(path, sizeof path, "%s/%s", job.out, job.lang);
    job.err = check_recordings(job.recordings);
    if (!err_is(&job.err))
        job.err = make_folder(job.out);
    if (!err_is(&job.err))
        job.err = make_folder(path);
    if (!err_is(&job.err))
        take_everything(&job);
    snprintf(path, sizeof path, "%s/%s/index", job.out, job.lang);
    if (!err_is(&job.err))
        job.err = file_write(path, buf_text(&job.index), job.index.length, 0644);
    buf_finish(&job.index);
    if (err_is(&job.err))
        return fail(&job.err);
    printf("%zu of %zu sentences are recorded\n", job.count - job.missing, job.count);
    return job.missing > 0 ? EXIT_MISSING : 0;
}
