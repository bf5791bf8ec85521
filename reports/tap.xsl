<?xml version="1.0" encoding="UTF-8"?>
<!-- The run record as TAP (testanything.org, "TAP version 14 specification"): a test point for each
     finding and each requirement, and one that is not ok where nothing came to a verdict.  All that
     is written is both TAP 13 and 14; it says 13 by itself (parameter version), since Perl's TAP::Parser takes a higher number for an error, and Jenkins'
     TAP plugin knows none either.  No subtests: Perl's harness passes them over, and would count
     systems in place of findings.

     passed, info, warning: ok (a warning is not ok when the run fails on warnings).  failed, error: not
     ok.  skipped: ok, SKIP and the reason.  accepted: not ok, TODO and until when: harnesses do not
     count it as a failure.  What did not just pass has a YAML block: quoted scalars on one line each,
     the one form that YAML's readers and TAP::Parser's YAMLish understand alike. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:str="http://exslt.org/strings" xmlns:pgs="urn:pgstair:report"
                exclude-result-prefixes="str pgs">
  <xsl:output method="text" encoding="UTF-8"/>

  <xsl:param name="version" select="13"/>

  <xsl:variable name="record" select="/pgstair-record"/>
  <xsl:variable name="n-findings" select="count($record/finding)"/>
  <xsl:variable name="warnings-fail" select="$record/@fail-on-warning = 'true'"/>
  <xsl:variable name="line-end" select="'&#10;'"/>
  <xsl:key name="system" match="system" use="@name"/>

  <!-- Without pgs: functions (xsltproc) notes count as verdicts. -->
  <xsl:variable name="verdict">
    <xsl:choose>
      <xsl:when test="function-available('pgs:verdict')"><xsl:value-of select="pgs:verdict()"/></xsl:when>
      <xsl:when test="not($record/finding) and $record/shard">idle</xsl:when>
      <xsl:when test="not($record/finding[@status != 'skipped'] | $record/system/requirement[@fails = 'true'])">nothing</xsl:when>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="is-void" select="$verdict = 'nothing'"/>

  <xsl:template match="/pgstair-record">
    <xsl:variable name="total" select="$n-findings + count(system/requirement) + number($is-void)"/>
    <xsl:value-of select="concat('TAP version ', $version, $line-end, '1..', $total)"/>
    <xsl:if test="$total = 0"> # SKIP all of the work is in the other parts</xsl:if>
    <xsl:variable name="command">
      <xsl:call-template name="plain">
        <xsl:with-param name="text" select="translate(command, '&#9;&#10;', '  ')"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:value-of select="concat($line-end, '# pgstair ', @pgstair, ': ', $command, $line-end)"/>
    <!-- An element of its own for each, which the text is written without: libxslt adds to a text
         node by its whole length. -->
    <xsl:for-each select="finding">
      <point>
        <xsl:apply-templates select=".">
          <xsl:with-param name="number" select="position()"/>
        </xsl:apply-templates>
      </point>
    </xsl:for-each>
    <!-- In the order of the whole document: systems come one after the other. -->
    <xsl:for-each select="system/requirement">
      <point>
        <xsl:apply-templates select=".">
          <xsl:with-param name="number" select="$n-findings + position()"/>
        </xsl:apply-templates>
      </point>
    </xsl:for-each>
    <xsl:if test="$is-void">
      <xsl:value-of select="concat('not ok ', $total, ' - nothing was verified: no check came to a verdict', $line-end)"/>
    </xsl:if>
  </xsl:template>

  <xsl:template match="finding">
    <xsl:param name="number"/>
    <xsl:variable name="fails" select="@status = 'failed' or @status = 'error'
                                       or (@status = 'warning' and $warnings-fail)"/>
    <xsl:if test="$fails or @status = 'accepted'">not </xsl:if>
    <xsl:value-of select="concat('ok ', $number, ' - ')"/>
    <xsl:variable name="name"><xsl:call-template name="finding-name"/></xsl:variable>
    <xsl:call-template name="description"><xsl:with-param name="text" select="$name"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="@status = 'skipped'">
        <xsl:text> # SKIP </xsl:text>
        <xsl:call-template name="description"><xsl:with-param name="text" select="message"/></xsl:call-template>
      </xsl:when>
      <xsl:when test="@status = 'accepted'">
        <xsl:text> # TODO accepted </xsl:text>
        <xsl:call-template name="description"><xsl:with-param name="text" select="accepted"/></xsl:call-template>
      </xsl:when>
    </xsl:choose>
    <xsl:value-of select="$line-end"/>
    <xsl:if test="@status != 'passed' and @status != 'skipped'">
      <xsl:call-template name="diagnostics"/>
    </xsl:if>
  </xsl:template>

  <xsl:template name="finding-name">
    <xsl:if test="@system != ''"><xsl:value-of select="concat(@system, ' ')"/></xsl:if>
    <xsl:value-of select="concat(@check, ': ', title)"/>
    <xsl:variable name="system" select="key('system', @system)"/>
    <xsl:choose>
      <xsl:when test="@server and count($system/server-run) &gt; 1">
        <xsl:value-of select="concat(' [', @server, ']')"/>
      </xsl:when>
      <xsl:when test="@server-version and contains($system/@server-version, ',')">
        <xsl:value-of select="concat(' [PostgreSQL ', @server-version, ']')"/>
      </xsl:when>
    </xsl:choose>
    <xsl:if test="@occurrence"><xsl:value-of select="concat(' (', @occurrence, ')')"/></xsl:if>
  </xsl:template>

  <xsl:template match="requirement">
    <xsl:param name="number"/>
    <xsl:if test="@fails = 'true'">not </xsl:if>
    <xsl:value-of select="concat('ok ', $number, ' - ')"/>
    <xsl:call-template name="description">
      <xsl:with-param name="text" select="concat(../@name, ' requirement ', @id, ': ', text)"/>
    </xsl:call-template>
    <xsl:if test="@fails != 'true' and @state != 'proven'">
      <xsl:text> # SKIP </xsl:text>
      <xsl:call-template name="description">
        <xsl:with-param name="text" select="concat(@state, ': ', reason)"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:value-of select="$line-end"/>
    <xsl:if test="@fails = 'true'">
      <xsl:value-of select="concat('  ---', $line-end)"/>
      <xsl:call-template name="member">
        <xsl:with-param name="name">severity</xsl:with-param>
        <xsl:with-param name="text">fail</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="member">
        <xsl:with-param name="name">state</xsl:with-param>
        <xsl:with-param name="text" select="@state"/>
      </xsl:call-template>
      <xsl:call-template name="member">
        <xsl:with-param name="name">message</xsl:with-param>
        <xsl:with-param name="text" select="reason"/>
      </xsl:call-template>
      <xsl:value-of select="concat('  ...', $line-end)"/>
    </xsl:if>
  </xsl:template>

  <!-- What hides something from the reader is made visible.  To JavaScript's regular expressions
       U+2028 and U+2029 end a line. -->
  <xsl:template name="plain">
    <xsl:param name="text"/>
    <xsl:choose>
      <xsl:when test="function-available('pgs:plain')"><xsl:value-of select="pgs:plain(string($text))"/></xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="str:replace(str:replace(string($text), '&#x2028;', '\u2028'), '&#x2029;', '\u2029')"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- A "#" would begin a directive; "\" escapes both. -->
  <xsl:template name="description">
    <xsl:param name="text"/>
    <xsl:variable name="line">
      <xsl:call-template name="plain">
        <xsl:with-param name="text" select="normalize-space(translate($text, '&#9;&#10;', '  '))"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:value-of select="str:replace(str:replace(string($line), '\', '\\'), '#', '\#')"/>
  </xsl:template>

  <!-- ==== YAML ==== -->

  <xsl:template name="diagnostics">
    <xsl:value-of select="concat('  ---', $line-end)"/>
    <xsl:call-template name="member">
      <xsl:with-param name="name">severity</xsl:with-param>
      <xsl:with-param name="text">
        <xsl:choose>
          <xsl:when test="@status = 'failed'">fail</xsl:when>
          <xsl:otherwise><xsl:value-of select="@status"/></xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
    <xsl:for-each select="@check | @revision | @object | @file">
      <xsl:call-template name="member">
        <xsl:with-param name="name" select="name()"/>
        <xsl:with-param name="text" select="."/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="@line | @column">
      <xsl:value-of select="concat('  ', name(), ': ', ., $line-end)"/>
    </xsl:for-each>
    <xsl:value-of select="concat('  duration_ms: ', format-number(@duration * 1000, '0.###'), $line-end)"/>
    <xsl:for-each select="message | expected | actual | detail | sql | hint | reproduce | accepted">
      <xsl:call-template name="member">
        <xsl:with-param name="name" select="name()"/>
        <xsl:with-param name="text" select="."/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:if test="requirement">
      <xsl:variable name="ids">
        <xsl:for-each select="requirement">
          <xsl:if test="position() &gt; 1">, </xsl:if>
          <xsl:value-of select="."/>
        </xsl:for-each>
      </xsl:variable>
      <xsl:call-template name="member">
        <xsl:with-param name="name">requirements</xsl:with-param>
        <xsl:with-param name="text" select="$ids"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:value-of select="concat('  ...', $line-end)"/>
  </xsl:template>

  <!-- YAML 1.2, 7.3.1: double-quoted.  Control characters are not in a record.  The cut: Perl's regular
       expressions do not match without end. -->
  <xsl:template name="member">
    <xsl:param name="name"/>
    <xsl:param name="text"/>
    <xsl:variable name="plain">
      <xsl:call-template name="plain"><xsl:with-param name="text" select="$text"/></xsl:call-template>
    </xsl:variable>
    <xsl:variable name="whole" select="string($plain)"/>
    <xsl:variable name="cut">
      <xsl:value-of select="substring($whole, 1, 8000)"/>
      <xsl:if test="string-length($whole) &gt; 8000">…</xsl:if>
    </xsl:variable>
    <xsl:variable name="escaped" select="str:replace(str:replace(str:replace(str:replace(string($cut),
                  '\', '\\'), '&quot;', '\&quot;'), '&#9;', '\t'), $line-end, '\n')"/>
    <xsl:value-of select="concat('  ', $name, ': &quot;', $escaped, '&quot;', $line-end)"/>
  </xsl:template>
</xsl:stylesheet>
