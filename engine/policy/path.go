package policy

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/syscalls"
)

// paths finds out what the first two paths among the arguments lead to.
func (l *look) paths() {
	if l.d == nil {
		return
	}
	dst := []*string{&l.env.Path, &l.env.Path2}
	for i, a := range l.d.Args {
		if a.Kind != syscalls.Path || len(dst) == 0 {
			continue
		}
		dir := int32(unix.AT_FDCWD)
		if i > 0 && l.d.Args[i-1].Kind == syscalls.AtFD {
			dir = int32(l.c.Arg(i - 1))
		}
		if name, ok, err := l.c.Memory().ReadString(l.c.Arg(i), unix.PathMax); ok && err == nil {
			*dst[0] = reach(l.env.TID, dir, name, l.follows(i))
		}
		dst = dst[1:]
	}
}

// follows reports whether the call follows a symbolic link that path argument i
// ends in.
func (l *look) follows(i int) bool {
	flag := func(name string, bit uint64) bool {
		for j, a := range l.d.Args {
			if a.Name == name {
				return l.c.Arg(j)&bit != 0
			}
		}
		return false
	}
	const noFollow, follow = unix.AT_SYMLINK_NOFOLLOW, unix.AT_SYMLINK_FOLLOW
	switch l.env.Call {
	case "lstat", "lstat64", "oldlstat", "lchown", "lchown32", "readlink", "readlinkat", "unlink", "unlinkat", "rmdir",
		"rename", "renameat", "renameat2", "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat",
		"lgetxattr", "lsetxattr", "llistxattr", "lremovexattr":
		return false
	case "link":
		return false
	case "linkat":
		return i == 1 && flag("flags", follow)
	case "open", "openat":
		return !flag("flags", unix.O_NOFOLLOW)
	case "umount2":
		return !flag("flags", unix.UMOUNT_NOFOLLOW)
	case "statx", "newfstatat", "fstatat64", "fchownat", "fchmodat2", "utimensat", "faccessat2", "execveat", "name_to_handle_at":
		return !flag("flags", noFollow) && !flag("flag", noFollow)
	}
	return true
}

// reach returns the absolute path, in the thread's own root, of the file that a
// name leads to. Of a file that does not exist it is where it would be made.
func reach(tid int, dir int32, name string, follow bool) string {
	if name == "" { // AT_EMPTY_PATH: the directory's descriptor itself
		return where(tid, dir)
	}
	flags := unix.O_PATH | unix.O_CLOEXEC
	if !follow {
		flags |= unix.O_NOFOLLOW
	}
	if path, ok := open(tid, dir, name, flags); ok {
		return path
	}
	// It is not there, or may not be reached: then its directory may be.
	clean := strings.TrimRight(name, "/")
	parent, last := filepath.Split(clean)
	if parent == "" {
		parent = "."
	}
	if path, ok := open(tid, dir, parent, unix.O_PATH|unix.O_CLOEXEC); ok {
		return filepath.Join(path, last)
	}
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(where(tid, dir), name)
}

// where is the file of a descriptor; of AT_FDCWD, the working directory.
func where(tid int, dir int32) string {
	link := "cwd"
	if dir != unix.AT_FDCWD {
		link = "fd/" + strconv.Itoa(int(dir))
	}
	path, _ := os.Readlink(proc(tid, link))
	return inRoot(tid, path)
}

// open opens the file as the thread would, without touching it, and returns its
// path.
func open(tid int, dir int32, name string, flags int) (path string, ok bool) {
	from, resolve := "cwd", uint64(0)
	switch {
	case filepath.IsAbs(name):
		from, resolve = "root", unix.RESOLVE_IN_ROOT
	case dir != unix.AT_FDCWD:
		from = "fd/" + strconv.Itoa(int(dir))
	}
	base, err := unix.Open(proc(tid, from), unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", false
	}
	defer unix.Close(base)
	fd, err := unix.Openat2(base, name, &unix.OpenHow{Flags: uint64(flags), Resolve: resolve})
	if err != nil {
		return "", false
	}
	defer unix.Close(fd)
	path, err = os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	return inRoot(tid, path), err == nil
}

// inRoot makes a path of this process one of the thread's, which may have a root
// directory of its own.
func inRoot(tid int, path string) string {
	root, err := os.Readlink(proc(tid, "root"))
	if err != nil || root == "/" {
		return path
	}
	if inside, ok := strings.CutPrefix(path, root); ok && (inside == "" || inside[0] == '/') {
		return "/" + strings.TrimPrefix(inside, "/")
	}
	return path
}
