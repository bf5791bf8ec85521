<?xml version="1.0" encoding="UTF-8"?>
<!-- The run record as JUnit XML: a suite for each system and group of checks, a case for each
     finding; and a suite for each system's requirements, a case for each of them.  Where nothing came
     to a verdict, an error says so: skipped cases alone look good.  There is no one standard; this is what its readers were seen to take:

     Jenkins, junit step: any attributes; shows a failure's message and text, groups by classname up
       to its last dot.
     Jenkins, xUnit plugin: refuses what its schema (junit-10.xsd) does not list: skipped of
       testsuites, file and line of testcase, a case's properties.  They are left out when the
       parameter strict is true.
     GitLab: name, classname, file, time and the text of failure, error or skipped; ignores their
       message, so that the text must say it again.  Cases are told apart by classname and name:
       where there were several servers, a case's name ends with its own, [docker:15].
     GitHub (mikepenz/action-junit-report, dorny/test-reporter): message and text; file together with
       line puts the annotation on that line; a time that is missing is shown as NaN. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:exsl="http://exslt.org/common" xmlns:set="http://exslt.org/sets"
                xmlns:pgs="urn:pgstair:report" exclude-result-prefixes="exsl set pgs">
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>
  <xsl:param name="strict" select="false()"/>

  <xsl:variable name="record" select="/pgstair-record"/>
  <xsl:variable name="warnings-fail" select="$record/@fail-on-warning = 'true'"/>
  <!-- A time zone is not allowed in a suite's timestamp. -->
  <xsl:variable name="timestamp" select="substring($record/@started, 1, 19)"/>
  <xsl:variable name="line-end" select="'&#10;'"/>
  <xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyz'"/>
  <xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"/>

  <!-- Without pgs: functions (xsltproc) notes count as verdicts. -->
  <xsl:variable name="verdict">
    <xsl:choose>
      <xsl:when test="function-available('pgs:verdict')"><xsl:value-of select="pgs:verdict()"/></xsl:when>
      <xsl:when test="not($record/finding) and $record/shard">idle</xsl:when>
      <xsl:when test="not($record/finding[@status != 'skipped'] | $record/system/requirement[@fails = 'true'])">nothing</xsl:when>
    </xsl:choose>
  </xsl:variable>
  <!-- A suite in C that skips all of its tests is well. -->
  <xsl:variable name="is-void"
                select="$verdict = 'nothing' and not($record/finding[starts-with(@check, 'suite.')])"/>

  <xsl:key name="by-system" match="finding" use="@system"/>
  <xsl:key name="by-suite" match="finding"
           use="concat(@system, '&#10;', substring-before(concat(@check, '.'), '.'))"/>
  <xsl:key name="system" match="system" use="@name"/>
  <xsl:key name="requirement" match="system/requirement" use="concat(../@name, '&#10;', @id)"/>

  <xsl:template match="/pgstair-record">
    <testsuites name="pgstair">
      <xsl:call-template name="counts">
        <xsl:with-param name="findings" select="finding"/>
        <xsl:with-param name="requirements" select="system/requirement"/>
        <xsl:with-param name="seconds" select="@duration"/>
        <xsl:with-param name="with-skipped" select="not($strict)"/>
        <xsl:with-param name="errors" select="number($is-void)"/>
      </xsl:call-template>
      <xsl:for-each select="set:distinct(finding/@system)">
        <xsl:call-template name="system-suites">
          <xsl:with-param name="system" select="string(.)"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:apply-templates select="system[requirement]" mode="requirements"/>
      <xsl:if test="$is-void"><xsl:call-template name="void"/></xsl:if>
    </testsuites>
  </xsl:template>

  <xsl:template name="void">
    <testsuite name="pgstair.verdict">
      <xsl:call-template name="counts">
        <xsl:with-param name="findings" select="/.."/>
        <xsl:with-param name="requirements" select="/.."/>
        <xsl:with-param name="seconds" select="0"/>
        <xsl:with-param name="with-skipped" select="true()"/>
        <xsl:with-param name="errors" select="1"/>
      </xsl:call-template>
      <xsl:call-template name="suite-head">
        <xsl:with-param name="system" select="/.."/>
        <xsl:with-param name="ids" select="/.."/>
      </xsl:call-template>
      <testcase name="something was verified" classname="pgstair.verdict" time="0.000">
        <error message="nothing was verified: no check came to a verdict" type="pgstair.verdict">
          <xsl:text>nothing was verified: no check came to a verdict</xsl:text>
        </error>
      </testcase>
    </testsuite>
  </xsl:template>

  <!-- A suite for each group: the part of a check's id before its first dot. -->
  <xsl:template name="system-suites">
    <xsl:param name="system"/>
    <xsl:variable name="groups">
      <xsl:for-each select="set:distinct(key('by-system', $system)/@check)">
        <group><xsl:value-of select="substring-before(concat(., '.'), '.')"/></group>
      </xsl:for-each>
    </xsl:variable>
    <xsl:for-each select="set:distinct(exsl:node-set($groups)/group)">
      <xsl:variable name="group" select="string(.)"/>
      <!-- key() looks into the document of the current node. -->
      <xsl:for-each select="$record">
        <xsl:call-template name="suite">
          <xsl:with-param name="system" select="$system"/>
          <xsl:with-param name="group" select="$group"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="suite">
    <xsl:param name="system"/>
    <xsl:param name="group"/>
    <xsl:variable name="findings" select="key('by-suite', concat($system, '&#10;', $group))"/>
    <xsl:variable name="name">
      <xsl:call-template name="suite-name">
        <xsl:with-param name="system" select="$system"/>
        <xsl:with-param name="group" select="$group"/>
      </xsl:call-template>
    </xsl:variable>
    <testsuite name="{$name}">
      <xsl:call-template name="counts">
        <xsl:with-param name="findings" select="$findings"/>
        <xsl:with-param name="requirements" select="/.."/>
        <xsl:with-param name="seconds" select="sum($findings/@duration)"/>
        <xsl:with-param name="with-skipped" select="true()"/>
      </xsl:call-template>
      <xsl:call-template name="suite-head">
        <xsl:with-param name="system" select="key('system', $system)"/>
        <xsl:with-param name="ids" select="set:distinct($findings/requirement)"/>
      </xsl:call-template>
      <xsl:apply-templates select="$findings">
        <xsl:with-param name="suite" select="$name"/>
      </xsl:apply-templates>
    </testsuite>
  </xsl:template>

  <!-- What a system is required to do, and what came of it. -->
  <xsl:template match="system" mode="requirements">
    <xsl:variable name="name">
      <xsl:call-template name="suite-name">
        <xsl:with-param name="system" select="@name"/>
        <xsl:with-param name="group">requirements</xsl:with-param>
      </xsl:call-template>
    </xsl:variable>
    <testsuite name="{$name}">
      <xsl:call-template name="counts">
        <xsl:with-param name="findings" select="/.."/>
        <xsl:with-param name="requirements" select="requirement"/>
        <xsl:with-param name="seconds" select="0"/>
        <xsl:with-param name="with-skipped" select="true()"/>
      </xsl:call-template>
      <xsl:call-template name="suite-head">
        <xsl:with-param name="system" select="."/>
        <xsl:with-param name="ids" select="requirement/@id"/>
      </xsl:call-template>
      <xsl:apply-templates select="requirement">
        <xsl:with-param name="suite" select="$name"/>
      </xsl:apply-templates>
    </testsuite>
  </xsl:template>

  <xsl:template name="suite-name">
    <xsl:param name="system"/>
    <xsl:param name="group"/>
    <xsl:value-of select="$system"/>
    <xsl:if test="$system = ''">pgstair</xsl:if>
    <xsl:value-of select="concat('.', $group)"/>
  </xsl:template>

  <!-- The attributes and properties of a suite.  ids: the requirements that it has to do with. -->
  <xsl:template name="suite-head">
    <xsl:param name="system"/>
    <xsl:param name="ids"/>
    <xsl:attribute name="timestamp"><xsl:value-of select="$timestamp"/></xsl:attribute>
    <!-- The record names no host on purpose; "localhost" is what the format asks for then. -->
    <xsl:attribute name="hostname">localhost</xsl:attribute>
    <properties>
      <property name="pgstair" value="{$record/@pgstair}"/>
      <property name="host" value="{$record/@host}"/>
      <property name="command" value="{$record/command}"/>
      <xsl:apply-templates select="$system" mode="properties"/>
      <xsl:for-each select="$ids">
        <xsl:variable name="requirement" select="key('requirement', concat($system/@name, '&#10;', .))"/>
        <xsl:if test="$requirement">
          <property name="requirement" value="{.}: {$requirement/@state}"/>
        </xsl:if>
      </xsl:for-each>
    </properties>
  </xsl:template>

  <xsl:template name="counts">
    <xsl:param name="findings"/>
    <xsl:param name="requirements"/>
    <xsl:param name="seconds"/>
    <xsl:param name="with-skipped"/>
    <!-- those that are no findings -->
    <xsl:param name="errors" select="0"/>
    <xsl:variable name="warnings" select="count($findings[@status = 'warning' and $warnings-fail])"/>
    <xsl:variable name="unmet" select="count($requirements[@fails = 'true'])"/>
    <xsl:attribute name="tests"><xsl:value-of select="count($findings | $requirements) + $errors"/></xsl:attribute>
    <xsl:attribute name="failures">
      <xsl:value-of select="count($findings[@status = 'failed']) + $warnings + $unmet"/>
    </xsl:attribute>
    <xsl:attribute name="errors">
      <xsl:value-of select="count($findings[@status = 'error']) + $errors"/>
    </xsl:attribute>
    <xsl:if test="$with-skipped">
      <xsl:variable name="skipped" select="$findings[@status = 'skipped' or @status = 'accepted']"/>
      <xsl:variable name="open" select="$requirements[@state != 'proven' and @fails = 'false']"/>
      <xsl:attribute name="skipped"><xsl:value-of select="count($skipped | $open)"/></xsl:attribute>
    </xsl:if>
    <xsl:attribute name="time"><xsl:value-of select="format-number($seconds, '0.000###')"/></xsl:attribute>
  </xsl:template>

  <xsl:template match="system" mode="properties">
    <xsl:for-each select="@folder | @format | format-reason | @revisions | server[count(../server-run) &lt; 2] | @server-version">
      <property name="{name()}" value="{.}"/>
    </xsl:for-each>
    <xsl:for-each select="server-run[last() &gt; 1]">
      <property name="server">
        <xsl:attribute name="value">
          <xsl:value-of select="concat(@server, ': ')"/>
          <xsl:choose>
            <xsl:when test="@server-version"><xsl:value-of select="."/></xsl:when>
            <xsl:otherwise>not to be had</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
      </property>
    </xsl:for-each>
    <xsl:for-each select="tolerance"><property name="tolerance" value="{.}"/></xsl:for-each>
    <xsl:for-each select="git/@commit | git/@branch | git/@clean">
      <property name="{name()}" value="{.}"/>
    </xsl:for-each>
    <property name="tolerated-differences" value="{@tolerated}"/>
    <property name="cosmetic-differences" value="{@cosmetic}"/>
  </xsl:template>

  <xsl:template match="finding">
    <xsl:param name="suite"/>
    <xsl:variable name="failed" select="@status = 'failed' or (@status = 'warning' and $warnings-fail)"/>
    <xsl:variable name="name">
      <xsl:value-of select="translate(title, '&#9;&#10;', '  ')"/>
      <xsl:if test="title = ''"><xsl:value-of select="@check"/></xsl:if>
      <xsl:variable name="system" select="key('system', @system)"/>
      <xsl:choose>
        <xsl:when test="@server and count($system/server-run) &gt; 1">
          <xsl:value-of select="concat(' [', translate(@server, '&#9;&#10;', '  '), ']')"/>
        </xsl:when>
        <xsl:when test="@server-version and contains($system/@server-version, ',')">
          <xsl:value-of select="concat(' [PostgreSQL ', translate(@server-version, '&#9;&#10;', '  '), ']')"/>
        </xsl:when>
      </xsl:choose>
      <xsl:if test="@occurrence"> (<xsl:value-of select="@occurrence"/>)</xsl:if>
    </xsl:variable>
    <testcase name="{$name}" classname="{$suite}" time="{format-number(@duration, '0.000###')}">
      <xsl:if test="not($strict)">
        <xsl:copy-of select="@file | @line"/>
        <xsl:if test="requirement">
          <properties>
            <xsl:for-each select="requirement"><property name="requirement" value="{.}"/></xsl:for-each>
          </properties>
        </xsl:if>
      </xsl:if>
      <xsl:choose>
        <xsl:when test="$failed">
          <failure>
            <xsl:call-template name="problem"><xsl:with-param name="name" select="$name"/></xsl:call-template>
          </failure>
        </xsl:when>
        <xsl:when test="@status = 'error'">
          <error>
            <xsl:call-template name="problem"><xsl:with-param name="name" select="$name"/></xsl:call-template>
          </error>
        </xsl:when>
        <xsl:when test="@status = 'skipped'">
          <skipped message="{message}"><xsl:call-template name="text"/></skipped>
        </xsl:when>
        <!-- Shown, and no failure: what JUnit has for that is "skipped". -->
        <xsl:when test="@status = 'accepted'">
          <xsl:variable name="accepted"><xsl:call-template name="accepted"/></xsl:variable>
          <skipped message="{$accepted}"><xsl:call-template name="text"/></skipped>
        </xsl:when>
        <xsl:when test="message or detail">
          <system-out><xsl:call-template name="text"/></system-out>
        </xsl:when>
      </xsl:choose>
    </testcase>
  </xsl:template>

  <xsl:template match="requirement">
    <xsl:param name="suite"/>
    <xsl:variable name="name">
      <xsl:value-of select="translate(@id, '&#9;&#10;', '  ')"/>
      <xsl:if test="text != ''">
        <xsl:value-of select="concat(': ', translate(text, '&#9;&#10;', '  '))"/>
      </xsl:if>
    </xsl:variable>
    <testcase name="{$name}" classname="{$suite}" time="0.000">
      <xsl:if test="not($strict)">
        <properties>
          <property name="requirement" value="{@id}"/>
          <property name="state" value="{@state}"/>
          <xsl:for-each select="@phase"><property name="phase" value="{.}"/></xsl:for-each>
          <xsl:for-each select="served-by"><property name="check" value="{@check}"/></xsl:for-each>
        </properties>
      </xsl:if>
      <xsl:choose>
        <xsl:when test="@fails = 'true'">
          <failure>
            <xsl:attribute name="message">
              <xsl:value-of select="concat(@id, ' ', @state, ': ', reason)"/>
            </xsl:attribute>
            <xsl:attribute name="type">
              <xsl:text>requirement.</xsl:text>
              <xsl:choose>
                <xsl:when test="@state = 'failed'">failed</xsl:when>
                <xsl:otherwise>uncovered</xsl:otherwise>
              </xsl:choose>
            </xsl:attribute>
            <xsl:call-template name="proof"/>
          </failure>
        </xsl:when>
        <xsl:when test="@state = 'proven'">
          <system-out><xsl:call-template name="proof"/></system-out>
        </xsl:when>
        <xsl:otherwise>
          <skipped message="{reason}"><xsl:call-template name="proof"/></skipped>
        </xsl:otherwise>
      </xsl:choose>
    </testcase>
  </xsl:template>

  <!-- A requirement, and what serves it. -->
  <xsl:template name="proof">
    <xsl:value-of select="concat(translate(@state, $lower, $upper), '  ', @id, '  ', text, $line-end)"/>
    <xsl:if test="reason"><xsl:value-of select="concat(reason, $line-end)"/></xsl:if>
    <xsl:if test="deferred and not(starts-with(reason, 'deferred: '))">
      <xsl:value-of select="concat('deferred: ', deferred, $line-end)"/>
    </xsl:if>
    <xsl:if test="need">
      <xsl:text>needs:</xsl:text>
      <xsl:for-each select="need"><xsl:value-of select="concat(' ', .)"/></xsl:for-each>
      <xsl:value-of select="$line-end"/>
    </xsl:if>
    <xsl:for-each select="served-by">
      <xsl:value-of select="concat(@check, ':')"/>
      <xsl:for-each select="@*[name() != 'check']">
        <xsl:if test="position() &gt; 1">,</xsl:if>
        <xsl:value-of select="concat(' ', ., ' ', name())"/>
      </xsl:for-each>
      <xsl:value-of select="$line-end"/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="problem">
    <xsl:param name="name"/>
    <xsl:attribute name="message">
      <xsl:value-of select="message"/>
      <xsl:if test="string(message) = ''"><xsl:value-of select="$name"/></xsl:if>
    </xsl:attribute>
    <xsl:attribute name="type"><xsl:value-of select="@check"/></xsl:attribute>
    <xsl:call-template name="text"/>
  </xsl:template>

  <!-- "accepted until 2027-01-31: …", or without a date. -->
  <xsl:template name="accepted">
    <xsl:text>accepted</xsl:text>
    <xsl:if test="not(starts-with(accepted, 'until '))">:</xsl:if>
    <xsl:value-of select="concat(' ', accepted)"/>
  </xsl:template>

  <!-- All that a person needs, without opening anything else. -->
  <xsl:template name="text">
    <xsl:value-of select="concat(translate(@status, $lower, $upper), '  ', @check, '  ', title, $line-end)"/>
    <xsl:if test="@file">
      <xsl:value-of select="@file"/>
      <xsl:if test="@line"><xsl:value-of select="concat(':', @line)"/></xsl:if>
      <xsl:if test="@column"><xsl:value-of select="concat(':', @column)"/></xsl:if>
      <xsl:if test="message">: </xsl:if>
    </xsl:if>
    <xsl:if test="@file or message"><xsl:value-of select="concat(message, $line-end)"/></xsl:if>
    <xsl:if test="accepted">
      <xsl:call-template name="accepted"/>
      <xsl:value-of select="$line-end"/>
    </xsl:if>
    <xsl:if test="@server or @server-version">
      <xsl:text>server:   </xsl:text>
      <xsl:value-of select="@server"/>
      <xsl:if test="@server and @server-version">, </xsl:if>
      <xsl:if test="@server-version"><xsl:value-of select="concat('PostgreSQL ', @server-version)"/></xsl:if>
      <xsl:value-of select="$line-end"/>
    </xsl:if>
    <xsl:if test="@revision"><xsl:value-of select="concat('revision: ', @revision, $line-end)"/></xsl:if>
    <xsl:if test="@object"><xsl:value-of select="concat('object:   ', @object, $line-end)"/></xsl:if>
    <xsl:if test="expected"><xsl:value-of select="concat('expected: ', expected, $line-end)"/></xsl:if>
    <xsl:if test="actual"><xsl:value-of select="concat('actual:   ', actual, $line-end)"/></xsl:if>
    <xsl:call-template name="block"><xsl:with-param name="text" select="detail"/></xsl:call-template>
    <xsl:call-template name="block">
      <xsl:with-param name="heading">statement:</xsl:with-param>
      <xsl:with-param name="text" select="sql"/>
    </xsl:call-template>
    <xsl:for-each select="plan">
      <xsl:call-template name="block">
        <xsl:with-param name="heading"><xsl:value-of select="concat('plan (', @role, '): ', title)"/></xsl:with-param>
        <xsl:with-param name="text" select="text"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:if test="hint">
      <xsl:value-of select="concat($line-end, 'HINT: ', hint, $line-end)"/>
    </xsl:if>
    <xsl:if test="requirement">
      <xsl:value-of select="concat($line-end, 'requirements:')"/>
      <xsl:for-each select="requirement"><xsl:value-of select="concat(' ', .)"/></xsl:for-each>
      <xsl:value-of select="$line-end"/>
    </xsl:if>
    <xsl:call-template name="block">
      <xsl:with-param name="heading">to reproduce:</xsl:with-param>
      <xsl:with-param name="text" select="reproduce"/>
    </xsl:call-template>
  </xsl:template>

  <!-- An empty line, a heading, and lines of text, the last one ended too. -->
  <xsl:template name="block">
    <xsl:param name="heading"/>
    <xsl:param name="text"/>
    <xsl:if test="string($text) != ''">
      <xsl:value-of select="$line-end"/>
      <xsl:if test="string($heading) != ''"><xsl:value-of select="concat($heading, $line-end)"/></xsl:if>
      <xsl:value-of select="$text"/>
      <xsl:if test="substring($text, string-length($text)) != $line-end">
        <xsl:value-of select="$line-end"/>
      </xsl:if>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
