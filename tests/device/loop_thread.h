/* The harness's main loop on a thread of its own, so that a driver can be tested from the test's thread. */
#ifndef YIZHAN_TESTS_LOOP_THREAD_H
#define YIZHAN_TESTS_LOOP_THREAD_H

struct loop_thread;

/* Runs the default main context; aborts when it cannot. */
struct loop_thread *loop_thread_create(void);
/* Ends the loop and joins; takes NULL. */
void loop_thread_destroy(struct loop_thread **thread);
/* Runs an errand on the loop's thread and waits until it is done. */
void loop_thread_run(struct loop_thread *thread, void (*errand)(void *context), void *context);

#endif
