# As tap.mjs, for Perl's TAP::Parser: tap.pl FILE
use strict;
use warnings;
use TAP::Parser;

open my $in, '<', $ARGV[0] or die "$ARGV[0]: $!";
my $parser = TAP::Parser->new({tap => do { local $/; <$in> }});
while (my $result = $parser->next) {
    print "error not understood: ", $result->as_string, "\n" if $result->is_unknown;
    next unless $result->is_test;
    my $status = $result->has_skip ? 'skip'
        : $result->has_todo ? 'todo'
        : $result->is_actual_ok ? 'pass' : 'fail';
    print "$status\t", $result->description =~ s/^- //r, "\n";
}
print 'total ', $parser->tests_run, "\n";
print "error $_\n" for $parser->parse_errors;
