/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/reload.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct tocsin_reload {
	const char *rules_file;
	const char *good_rules;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t changed;
	bool wanted;
	bool loading;
	bool done; /* load waits to be collected */
	bool stop;
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

		struct tocsin_rules_load load;
		tocsin_ruleset_destroy(retired);
		if (load_now)
			tocsin_rules_load(reload->rules_file, reload->good_rules, &load);
		else if (work_now)
			reload->work(reload->work_ctx);

		pthread_mutex_lock(&reload->lock);
		if (load_now) {
			reload->load = load;
			reload->loading = false;
			reload->done = true;
		}
		reload->worked = reload->worked || work_now;
	}
	pthread_mutex_unlock(&reload->lock);
	return NULL;
}

struct tocsin_reload *tocsin_reload_start(const char *rules_file, const char *good_rules)
{
	struct tocsin_reload *reload = calloc(1, sizeof(*reload));
	sigset_t all, before;

	if (!reload)
		return NULL;
	reload->rules_file = rules_file;
	reload->good_rules = good_rules;
	pthread_mutex_init(&reload->lock, NULL);
	pthread_cond_init(&reload->changed, NULL);
	/* A thread inherits the mask: the broker's signals are the broker's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&reload->thread, NULL, work, reload);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		pthread_cond_destroy(&reload->changed);
		pthread_mutex_destroy(&reload->lock);
		free(reload);
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

void tocsin_reload_stop(struct tocsin_reload *reload)
{
	if (!reload)
		return;
	pthread_mutex_lock(&reload->lock);
	reload->stop = true;
	pthread_cond_signal(&reload->changed);
	pthread_mutex_unlock(&reload->lock);
	pthread_join(reload->thread, NULL);
	if (reload->done)
		tocsin_rules_load_finish(&reload->load);
	tocsin_ruleset_destroy(reload->retired);
	pthread_cond_destroy(&reload->changed);
	pthread_mutex_destroy(&reload->lock);
	free(reload);
}
