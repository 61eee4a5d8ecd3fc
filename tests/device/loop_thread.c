#include "tests/device/loop_thread.h"

#include <glib.h>

struct loop_thread {
    GMainLoop *loop;
    GThread *thread;
};

struct errand {
    void (*run)(void *context);
    void *context;
    GMutex lock;
    GCond done;
    gboolean is_done;
};

static gpointer thread_main(gpointer context)
{
    g_main_loop_run(context);
    return NULL;
}

struct loop_thread *loop_thread_create(void)
{
    struct loop_thread *thread = g_new0(struct loop_thread, 1);

    thread->loop = g_main_loop_new(NULL, FALSE);
    thread->thread = g_thread_new("harness", thread_main, thread->loop);
    return thread;
}

static gboolean quit(gpointer context)
{
    g_main_loop_quit(context);
    return G_SOURCE_REMOVE;
}

void loop_thread_destroy(struct loop_thread **thread)
{
    if (!*thread)
        return;
    g_idle_add(quit, (*thread)->loop); /* from within: the loop may not have begun yet */
    g_thread_join((*thread)->thread);
    g_main_loop_unref((*thread)->loop);
    g_free(*thread);
    *thread = NULL;
}

static gboolean run(gpointer context)
{
    struct errand *errand = context;

    errand->run(errand->context);
    g_mutex_lock(&errand->lock);
    errand->is_done = TRUE;
    g_cond_signal(&errand->done);
    g_mutex_unlock(&errand->lock);
    return G_SOURCE_REMOVE;
}

void loop_thread_run(struct loop_thread *thread, void (*errand)(void *context), void *context)
{
    struct errand e = {.run = errand, .context = context};

    (void)thread;
    g_mutex_init(&e.lock);
    g_cond_init(&e.done);
    g_idle_add(run, &e);
    g_mutex_lock(&e.lock);
    while (!e.is_done)
        g_cond_wait(&e.done, &e.lock);
    g_mutex_unlock(&e.lock);
    g_mutex_clear(&e.lock);
    g_cond_clear(&e.done);
}
