#!/usr/bin/perl
# closure.pl ROOT: removes the shared libraries of an unpacked root that nothing in it uses, and
# tells of those that are used and not there.  Reads the files itself: nothing of ROOT is run, so
# it may be of another release, or of another architecture.
use strict;
use warnings;
use File::Find;
use File::Basename qw(basename dirname);

my $root = shift or die "usage: closure.pl ROOT\n";
my @dlopened = qr/^lib(nss_|gcc_s\.|nss_wrapper|softokn|freebl)/; # by name, at run time

my (@programs, %libraries, %elsewhere, %skipped);
find({ no_chdir => 1, wanted => \&file }, "$root/usr");

sub file {
    my $path = $_;
    return unless -f $path && (-x _ || basename($path) =~ /\.so(\.|$)/);
    my $elf = needed($path) or return;
    my $is_plain = dirname($path) =~ m{^\Q$root\E/usr/lib(64)?(/[a-z0-9_]+-linux-[a-z0-9]+)?$};
    if ($is_plain) {
        $libraries{basename($path)} = $path;
    } else {
        $elsewhere{basename($path)} //= $path if $path =~ /\.so\./;
        push @programs, $path unless -l $path;
    }
}

# The names that an ELF file needs, as a reference; undef: it is none.
sub needed {
    open(my $in, "<:raw", $_[0]) or return;
    local $/;
    my $data = <$in> // "";
    return unless substr($data, 0, 4) eq "\x7fELF";
    my ($wide, $order) = (ord(substr($data, 4, 1)) == 2, ord(substr($data, 5, 1)) == 2 ? ">" : "<");
    my $word = $wide ? "Q$order" : "L$order";
    my $at = sub { unpack($_[0], substr($data, $_[1], 8)) };
    my $table = $at->($word, $wide ? 32 : 28);
    my ($size, $n) = ($at->("S$order", $wide ? 54 : 42), $at->("S$order", $wide ? 56 : 44));
    my (@loads, $dynamic, $length);
    for my $i (0 .. $n - 1) {
        my $header = $table + $i * $size;
        my $type = $at->("L$order", $header);
        my ($offset, $address, $bytes) =
            map { $at->($word, $header + $_) } $wide ? (8, 16, 32) : (4, 8, 16);
        push @loads, [$address, $offset, $bytes] if $type == 1;
        ($dynamic, $length) = ($offset, $bytes) if $type == 2;
    }
    return [] unless defined $dynamic;
    my ($step, @needed, $strings) = ($wide ? 16 : 8);
    for (my $i = $dynamic; $i < $dynamic + $length; $i += $step) {
        my ($tag, $value) = ($at->($word, $i), $at->($word, $i + $step / 2));
        last if $tag == 0;
        push @needed, $value if $tag == 1;
        $strings = $value if $tag == 5;
    }
    my ($load) = grep { $strings >= $_->[0] && $strings < $_->[0] + $_->[2] } @loads;
    return [] unless $load;
    my $base = $strings - $load->[0] + $load->[1];
    return [map { unpack("Z*", substr($data, $base + $_, 256)) } @needed];
}

my (%used, %missing, %folders);
my @queue = (@programs, map { $libraries{$_} } grep { $_ =~ $dlopened[0] } keys %libraries);
$used{$_} = 1 for @queue;
while (defined(my $path = shift @queue)) {
    for my $name (@{ needed($path) // [] }) {
        my $found = $libraries{$name};
        if (!$found && ($found = $elsewhere{$name})) {
            # An alternative of update-alternatives, as libblas: the loader is told of its folder.
            $folders{ dirname($found) } = 1;
        }
        if (!$found) {
            $missing{$name}{$path} = 1;
            next;
        }
        push @queue, $found unless $used{$found}++;
    }
}

my $bad = 0;
for my $name (sort keys %missing) {
    for my $path (sort keys %{ $missing{$name} }) {
        (my $shown = $path) =~ s/^\Q$root\E//;
        if ($path =~ m{/usr/(s?bin|lib/postgresql/[^/]+/bin)/}) {
            # A program that cannot start is worse than none, and none that matters may be missing.
            if ($path =~ m{/(postgres|initdb|psql|pg_\w+|bash|gosu|tar|gzip|xz|zstd|setpriv)$}) {
                warn "$shown needs $name, which no package has\n";
                $bad = 1;
            }
        }
        unlink $path;
    }
}
my %kept;
for my $path (keys %used) {
    my $real = $path;
    $kept{$real} = 1;
    for (1 .. 5) {
        last unless -l $real;
        my $to = readlink $real;
        $real = $to =~ m{^/} ? "$root$to" : dirname($real) . "/$to";
        $kept{$real} = 1;
    }
}
for my $path (values %libraries) {
    unlink $path unless $kept{$path} || basename($path) =~ /^ld-/;
}
if (%folders) {
    mkdir "$root/etc/ld.so.conf.d";
    open(my $out, ">", "$root/etc/ld.so.conf.d/pgstair.conf") or die "$root/etc: $!\n";
    print $out substr($_, length $root), "\n" for sort keys %folders;
    close $out or die "$root/etc: $!\n";
}
exit $bad;
