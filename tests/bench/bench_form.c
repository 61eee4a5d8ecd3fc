/*
 * Measurements of the form engine; tests/bench/form.py takes medians of cold processes and asks the peer in
 * turn.
 *
 *   bench_form fill FORM.xml ANSWERS.tsv            load, create an instance, each answer with what follows
 *   bench_form parse FORM.xml MEDIUM.xml...         load beside the bare parse of the same bytes, in turn
 *   bench_form grow SECTIONS                        one answer in a made-up form of that many sections
 *   bench_form choose FORM.xml ANSWERS.tsv SELECT   the choices of a select after each answer
 *   bench_form pulldata ROWS                        one lookup in a CSV of that many rows
 */
#include "app/form/session.h"
#include "app/form/xpath.h"
#include "board/base/file.h"
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 20, ANSWERS_MAX = 1000, REPEATS = 2000, FILES_MAX = 8, ROUNDS = 15 };

struct answer {
    char *ref;
    char *value;
};

struct filled {
    struct xform *form;
    struct xform_session *session;
    double load_ms;
};

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void must(struct err e)
{
    if (!err_is(&e))
        return;
    fprintf(stderr, "bench_form: %s\n", e.text);
    exit(1);
}

static double resident_kib(void)
{
    unsigned long all = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm == NULL || fscanf(statm, "%lu %lu", &all, &resident) != 2)
        exit(1);
    fclose(statm);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1024;
}

/* ---- Forms and their media, which lie beside them ---- */

static struct err read_beside(void *context, const char *uri, const char *name, struct buf *out_bytes)
{
    (void)uri;
    const char *form = context;
    const char *slash = strrchr(form, '/'), *last = strrchr(name, '/');
    char path[4096];
    snprintf(path, sizeof path, "%.*s/%s", slash == NULL ? 1 : (int)(slash - form),
             slash == NULL ? "." : form, last == NULL ? name : last + 1);
    return file_read(path, FILE_MAX, out_bytes);
}

/* From bytes in memory to an instance that can be answered. */
static struct filled load(const struct buf *xml, const struct xform_media *media)
{
    struct filled filled = {.form = NULL};
    struct session_inputs inputs = {.now_ms = 1795312800000, .seed = 1};
    double begin = now_us();
    must(xform_load(xml->data, xml->length, media, &filled.form));
    must(session_create(filled.form, &inputs, &filled.session));
    filled.load_ms = (now_us() - begin) / 1e3;
    return filled;
}

static struct filled load_file(char *path)
{
    struct xform_media media = {.read = read_beside, .context = path};
    struct buf xml = {0};
    must(file_read(path, FILE_MAX, &xml));
    struct filled filled = load(&xml, &media);
    buf_finish(&xml);
    return filled;
}

static void finish(struct filled *filled)
{
    session_destroy(&filled->session);
    xform_destroy(&filled->form);
}

/* ---- Answers: ref<TAB>value a line ---- */

static size_t read_answers(const char *path, struct answer out_answers[ANSWERS_MAX], struct buf *out_text)
{
    size_t count = 0;
    char *rest = NULL;
    must(file_read(path, FILE_MAX, out_text));
    for (char *line = strtok_r(out_text->data, "\n", &rest); line != NULL && count < ANSWERS_MAX;
         line = strtok_r(NULL, "\n", &rest)) {
        char *tab = strchr(line, '\t');
        if (tab == NULL)
            continue;
        *tab = '\0';
        out_answers[count++] = (struct answer){line, tab + 1};
    }
    return count;
}

/* Its time, with everything recalculated and the list of changes at hand; negative when it was refused. */
static double answer(struct xform_session *session, const char *ref, const char *value)
{
    const char *const *refs;
    double begin = now_us();
    struct err e = session_set(session, ref, value);
    (void)session_changed(session, &refs);
    double took = now_us() - begin;
    return err_is(&e) ? -took : took;
}

static int fill(char *form, const char *answers_path)
{
    struct answer answers[ANSWERS_MAX];
    struct buf text = {0};
    size_t count = read_answers(answers_path, answers, &text), refused = 0;
    struct filled filled = load_file(form);
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        double took = answer(filled.session, answers[i].ref, answers[i].value);
        refused += took < 0;
        total += took < 0 ? -took : took;
    }
    printf("{\"load_ms\":%.4f,\"answers_ms\":%.4f,\"answers\":%zu,\"refused\":%zu,\"resident_kib\":%.0f}\n",
           filled.load_ms, total / 1e3, count, refused, resident_kib());
    finish(&filled);
    buf_finish(&text);
    return 0;
}

/* ---- What an answer costs as the form grows ---- */

static void write_form(struct buf *xml, int sections)
{
    buf_append_text(xml,
                    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'>"
                    "<h:head><h:title>grow</h:title><model><instance><data id='grow'>");
    for (int i = 0; i < sections; i++)
        buf_printf(xml, "<s%d><a/><b/><sum/><more/></s%d>", i, i);
    buf_append_text(xml, "</data></instance>");
    for (int i = 0; i < sections; i++)
        buf_printf(xml,
                   "<bind nodeset='/data/s%d/a' type='int' constraint='. &lt; 1000'/>"
                   "<bind nodeset='/data/s%d/sum' calculate='/data/s%d/a + /data/s%d/b'/>"
                   "<bind nodeset='/data/s%d/more' relevant='/data/s%d/sum &gt; 5'/>",
                   i, i, i, i, i, i);
    buf_append_text(xml, "</model></h:head><h:body>");
    for (int i = 0; i < sections; i++)
        buf_printf(xml,
                   "<group ref='/data/s%d'><label>S</label><input ref='/data/s%d/a'><label>A</label></input>"
                   "<input ref='/data/s%d/b'><label>B</label></input>"
                   "<input ref='/data/s%d/more'><label>M</label></input></group>",
                   i, i, i, i);
    buf_append_text(xml, "</h:body></h:html>");
}

static int grow(int sections)
{
    struct buf xml = {0};
    char ref[64];
    write_form(&xml, sections);
    struct filled filled = load(&xml, NULL);
    snprintf(ref, sizeof ref, "/data/s%d/a", sections / 2);
    double begin = now_us();
    for (int i = 0; i < REPEATS; i++)
        if (answer(filled.session, ref, i % 2 == 0 ? "9" : "1") < 0)
            return 1;
    printf("{\"answer_us\":%.4f,\"load_ms\":%.4f}\n", (now_us() - begin) / REPEATS, filled.load_ms);
    finish(&filled);
    buf_finish(&xml);
    return 0;
}

/* ---- Lists ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Each answer that leaves the select with choices counts: the answer itself, and the choices with labels. */
static int choose(char *form, const char *answers_path, const char *select)
{
    struct answer answers[ANSWERS_MAX];
    struct buf text = {0};
    size_t count = read_answers(answers_path, answers, &text), taken = 0, choices = 0;
    double times[ANSWERS_MAX];
    struct filled filled = load_file(form);
    for (size_t i = 0; i < count; i++) {
        struct session_node node;
        double begin = now_us();
        (void)answer(filled.session, answers[i].ref, answers[i].value);
        must(session_look(filled.session, select, &node));
        times[taken] = now_us() - begin;
        choices += node.choice_count;
        taken += node.choice_count > 0;
    }
    qsort(times, taken, sizeof *times, by_size);
    printf("{\"choices_ms\":%.4f,\"worst_ms\":%.4f,\"taken\":%zu,\"choices\":%zu}\n", times[taken / 2] / 1e3,
           times[taken - 1] / 1e3, taken, choices);
    finish(&filled);
    buf_finish(&text);
    return taken == 0;
}

/* ---- The floor ---- */

static double cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Of files that lie in memory already. */
static double bare_parse_us(const struct buf *files, size_t count)
{
    double begin = cpu_us();
    for (size_t i = 0; i < count; i++) {
        XML_Parser parser = XML_ParserCreate(NULL);
        if (parser == NULL || XML_Parse(parser, files[i].data, (int)files[i].length, 1) != XML_STATUS_OK)
            exit(1);
        XML_ParserFree(parser);
    }
    return cpu_us() - begin;
}

/* In one process, as the kiosk opens one form after the other, and in CPU time: what else the machine does
 * must not weigh on one side only. */
static int parse(char **paths, size_t count)
{
    struct buf files[FILES_MAX] = {{0}};
    double loads[ROUNDS], parses[ROUNDS];
    struct xform_media media = {.read = read_beside, .context = paths[0]};
    for (size_t i = 0; i < count; i++)
        must(file_read(paths[i], FILE_MAX, &files[i]));
    for (size_t i = 0; i < ROUNDS; i++) {
        double begin = cpu_us();
        struct filled filled = load(&files[0], &media);
        loads[i] = cpu_us() - begin;
        finish(&filled);
        parses[i] = bare_parse_us(files, count);
    }
    qsort(loads, ROUNDS, sizeof *loads, by_size);
    qsort(parses, ROUNDS, sizeof *parses, by_size);
    printf("{\"load_ms\":%.4f,\"parse_ms\":%.4f}\n", loads[ROUNDS / 2] / 1e3, parses[ROUNDS / 2] / 1e3);
    for (size_t i = 0; i < count; i++)
        buf_finish(&files[i]);
    return 0;
}

static struct err made_up_rows(void *context, const char *uri, const char *name, struct buf *out_bytes)
{
    (void)uri;
    (void)name;
    buf_append_text(out_bytes, "name,label\n");
    for (int i = 0; i < *(int *)context; i++)
        buf_printf(out_bytes, "v%d,label %d\n", i, i);
    return err_ok();
}

static int pulldata(int rows)
{
    static const char form[] =
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><model>"
        "<instance><data id='p'><a/><b/></data></instance><instance id='rows' src='jr://file-csv/rows.csv'/>"
        "<bind nodeset='/data/b' calculate=\"pulldata('rows', 'label', 'name', /data/a)\"/></model></h:head>"
        "<h:body><input ref='/data/a'><label>A</label></input></h:body></h:html>";
    struct xform_media media = {.read = made_up_rows, .context = &rows};
    struct buf xml = {0};
    buf_append_text(&xml, form);
    struct filled filled = load(&xml, &media);
    double worst = 0, total = 0;
    for (int i = 0; i < REPEATS; i++) {
        char value[32];
        snprintf(value, sizeof value, "v%d", i * 7919 % rows);
        double took = answer(filled.session, "/data/a", value);
        total += took;
        worst = took > worst ? took : worst; /* the first one makes the index */
    }
    printf("{\"lookup_us\":%.4f,\"worst_us\":%.4f}\n", total / REPEATS, worst);
    finish(&filled);
    buf_finish(&xml);
    return 0;
}

static int number_of(const char *text)
{
    long number = strtol(text, NULL, 10);
    return number < 1 || number > 1000000 ? 1 : (int)number;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "fill") == 0 && argc == 4)
        return fill(argv[2], argv[3]);
    if (strcmp(what, "parse") == 0 && argc > 2 && argc - 2 <= FILES_MAX)
        return parse(argv + 2, (size_t)argc - 2);
    if (strcmp(what, "grow") == 0 && argc == 3)
        return grow(number_of(argv[2]));
    if (strcmp(what, "choose") == 0 && argc == 5)
        return choose(argv[2], argv[3], argv[4]);
    if (strcmp(what, "pulldata") == 0 && argc == 3)
        return pulldata(number_of(argv[2]));
    fputs("see the head of tests/bench/bench_form.c\n", stderr);
    return 64;
}
