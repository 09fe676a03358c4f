package deadletter

import "errors"

// errLocked is returned for a file that another process, or this one, has locked.
var errLocked = errors.New("deadletter: the file is locked")
