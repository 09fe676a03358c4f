package redisdedup_test

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// recorder notes the commands that a client sends.
type recorder struct{ sent *[]redis.Cmder }

func (r recorder) DialHook(next redis.DialHook) redis.DialHook { return next }

func (r recorder) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		*r.sent = append(*r.sent, cmd)
		return next(ctx, cmd)
	}
}

func (r recorder) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		*r.sent = append(*r.sent, cmds...)
		return next(ctx, cmds)
	}
}

// informer answers INFO as another server would.
type informer struct{ info string }

func (i informer) DialHook(next redis.DialHook) redis.DialHook { return next }

func (i informer) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if c, ok := cmd.(*redis.StringCmd); ok && cmd.Name() == "info" {
			c.SetVal(i.info)
			return nil
		}
		return next(ctx, cmd)
	}
}

func (i informer) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}
