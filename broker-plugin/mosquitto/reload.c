/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/reload.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct tocsin_reload {
	const char *rules_file;
	const char *good_rules;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed, over;
	bool wanted;
	bool loading;
	bool done; /* load waits to be collected */
	int keep_errno;
	bool stop, ended;
	void (*work)(void *ctx); /* NULL: none */
	void *work_ctx;
	bool worked; /* it is over */
	struct tocsin_rules_load load;
	struct tocsin_ruleset *retired;
};

static bool may_load(const struct tocsin_reload *reload)
{
	return reload->wanted && !reload->done && !reload->work;
}

static bool may_work(const struct tocsin_reload *reload)
{
	return reload->work && !reload->worked;
}

static bool has_work(const struct tocsin_reload *reload)
{
	return reload->stop || reload->retired || may_load(reload) || may_work(reload);
}

/* The rules run while the copy waits for its disk. */
static void load_rules(struct tocsin_reload *reload)
{
	struct tocsin_recording *kept = NULL;
	struct tocsin_rules_load load;

	tocsin_rules_load(reload->rules_file, &load, reload->good_rules ? &kept : NULL);
	pthread_mutex_lock(&reload->lock);
	reload->load = load;
	reload->done = true;
	pthread_mutex_unlock(&reload->lock);
	const int error = tocsin_rules_keep(kept, reload->good_rules);
	pthread_mutex_lock(&reload->lock);
	reload->loading = false;
	reload->keep_errno = error;
	pthread_mutex_unlock(&reload->lock);
}

static void *work(void *argument)
{
	struct tocsin_reload *reload = argument;
	bool stop = false;

	pthread_mutex_lock(&reload->lock);
	while (!stop) {
		while (!has_work(reload))
			pthread_cond_wait(&reload->changed, &reload->lock);
		struct tocsin_ruleset *retired = reload->retired;
		bool load_now = may_load(reload) && !reload->stop;
		bool work_now = may_work(reload) && !reload->stop;

		stop = reload->stop;
		reload->retired = NULL;
		if (load_now) {
			reload->wanted = false;
			reload->loading = true;
		}
		pthread_mutex_unlock(&reload->lock);

		tocsin_ruleset_destroy(retired);
		if (load_now)
			load_rules(reload);
		else if (work_now)
			reload->work(reload->work_ctx);

		pthread_mutex_lock(&reload->lock);
		reload->worked = reload->worked || work_now;
	}
	reload->ended = true;
	pthread_cond_signal(&reload->over);
	pthread_mutex_unlock(&reload->lock);
	return NULL;
}

static void release(struct tocsin_reload *reload)
{
	pthread_cond_destroy(&reload->over);
	pthread_cond_destroy(&reload->changed);
	pthread_mutex_destroy(&reload->lock);
	free(reload);
}

struct tocsin_reload *tocsin_reload_start(const char *rules_file, const char *good_rules)
{
	struct tocsin_reload *reload = calloc(1, sizeof(*reload));
	pthread_condattr_t attributes;
	sigset_t all, before;

	if (!reload)
		return NULL;
	reload->rules_file = rules_file;
	reload->good_rules = good_rules;
	pthread_mutex_init(&reload->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&reload->changed, NULL);
	pthread_cond_init(&reload->over, &attributes);
	pthread_condattr_destroy(&attributes);
	/* A thread inherits the mask: the broker's signals are the broker's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&reload->thread, NULL, work, reload);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		release(reload);
		return NULL;
	}
	return reload;
}

void tocsin_reload_request(struct tocsin_reload *reload)
{
	pthread_mutex_lock(&reload->lock);
	reload->wanted = true;
	pthread_cond_signal(&reload->changed);
	pthread_mutex_unlock(&reload->lock);
}

static bool is_idle(const struct tocsin_reload *reload)
{
	return !reload->work && !reload->wanted && !reload->loading && !reload->done;
}

bool tocsin_reload_idle(struct tocsin_reload *reload)
{
	pthread_mutex_lock(&reload->lock);
	bool idle = is_idle(reload);
	pthread_mutex_unlock(&reload->lock);
	return idle;
}

bool tocsin_reload_run(struct tocsin_reload *reload, void (*run)(void *ctx), void *ctx)
{
	bool idle;

	pthread_mutex_lock(&reload->lock);
	idle = is_idle(reload);
	if (idle) {
		reload->work = run;
		reload->work_ctx = ctx;
		pthread_cond_signal(&reload->changed);
	}
	pthread_mutex_unlock(&reload->lock);
	return idle;
}

bool tocsin_reload_ran(struct tocsin_reload *reload)
{
	bool ran;

	pthread_mutex_lock(&reload->lock);
	ran = reload->worked;
	if (ran) {
		reload->work = NULL;
		reload->worked = false;
		pthread_cond_signal(&reload->changed);
	}
	pthread_mutex_unlock(&reload->lock);
	return ran;
}

bool tocsin_reload_collect(struct tocsin_reload *reload, struct tocsin_rules_load *load)
{
	bool done;

	pthread_mutex_lock(&reload->lock);
	done = reload->done;
	if (done) {
		*load = reload->load;
		reload->done = false;
		pthread_cond_signal(&reload->changed);
	}
	pthread_mutex_unlock(&reload->lock);
	return done;
}

void tocsin_reload_retire(struct tocsin_reload *reload, struct tocsin_ruleset *ruleset)
{
	pthread_mutex_lock(&reload->lock);
	reload->retired = ruleset;
	pthread_cond_signal(&reload->changed);
	pthread_mutex_unlock(&reload->lock);
}

int tocsin_reload_unkept(struct tocsin_reload *reload)
{
	pthread_mutex_lock(&reload->lock);
	int error = reload->keep_errno;
	reload->keep_errno = 0;
	pthread_mutex_unlock(&reload->lock);
	return error;
}

static bool end_by(struct tocsin_reload *reload, int64_t until_steady_ms)
{
	const struct timespec until = {
		.tv_sec = until_steady_ms / 1000, .tv_nsec = until_steady_ms % 1000 * 1000000};
	int result = 0;

	pthread_mutex_lock(&reload->lock);
	while (!reload->ended && result == 0)
		result = pthread_cond_timedwait(&reload->over, &reload->lock, &until);
	bool ended = reload->ended;
	pthread_mutex_unlock(&reload->lock);
	return ended;
}

void tocsin_reload_end(struct tocsin_reload *reload)
{
	if (!reload)
		return;
	pthread_mutex_lock(&reload->lock);
	reload->stop = true;
	pthread_cond_signal(&reload->changed);
	pthread_mutex_unlock(&reload->lock);
}

bool tocsin_reload_stop(struct tocsin_reload *reload, int64_t until_steady_ms)
{
	if (!reload)
		return true;
	tocsin_reload_end(reload);
	if (!end_by(reload, until_steady_ms))
		return false;
	pthread_join(reload->thread, NULL);
	if (reload->done)
		tocsin_rules_load_finish(&reload->load);
	tocsin_ruleset_destroy(reload->retired);
	release(reload);
	return true;
}
