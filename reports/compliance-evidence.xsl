<?xml version="1.0" encoding="UTF-8"?>
<!-- Of the compliance report (compliance.xsl): requirements, evidence, exceptions, means. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:set="http://exslt.org/sets" exclude-result-prefixes="set">

  <!-- ==== 2: requirements ==== -->

  <xsl:template name="requirements">
    <xsl:if test="not(system/requirement) and not(system/phase)">
      <p>The project's file names no requirements: the run was held to the checks alone.</p>
    </xsl:if>
    <xsl:for-each select="system[requirement or phase]">
      <section>
        <h3>System <bdi><xsl:value-of select="@name"/></bdi></h3>
        <p class="lead">
          <xsl:value-of select="concat(count(requirement[@state = 'proven']), ' of ', count(requirement))"/>
          <xsl:text> requirements proven, </xsl:text>
          <xsl:value-of select="count(requirement[@state = 'failed'])"/>
          <xsl:text> failed, </xsl:text>
          <xsl:value-of select="count(requirement[@state = 'not covered'])"/>
          <xsl:text> not covered.</xsl:text>
        </p>
        <xsl:apply-templates select="phase"/>
        <xsl:variable name="loose" select="requirement[not(@phase = ../phase/@id)]"/>
        <xsl:if test="$loose">
          <h4><xsl:if test="phase">Of no phase</xsl:if><xsl:if test="not(phase)">Requirements</xsl:if></h4>
          <xsl:call-template name="requirement-table">
            <xsl:with-param name="requirements" select="$loose"/>
            <xsl:with-param name="caption">Requirements of no phase</xsl:with-param>
          </xsl:call-template>
        </xsl:if>
      </section>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="phase">
    <xsl:variable name="id" select="@id"/>
    <xsl:variable name="requirements" select="../requirement[@phase = $id]"/>
    <h4>
      <xsl:text>Phase </xsl:text>
      <bdi><xsl:value-of select="@id"/></bdi>
      <xsl:if test="@title">: <bdi><xsl:value-of select="@title"/></bdi></xsl:if>
    </h4>
    <xsl:if test="$requirements">
      <xsl:call-template name="requirement-table">
        <xsl:with-param name="requirements" select="$requirements"/>
        <xsl:with-param name="caption" select="concat('Requirements of phase ', @id)"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:if test="not($requirements)"><p>No requirement is of this phase.</p></xsl:if>
    <xsl:if test="manual"><xsl:call-template name="manual"/></xsl:if>
  </xsl:template>

  <!-- What a person checks: with room to sign only where there is something to sign. -->
  <xsl:template name="manual">
    <xsl:choose>
      <xsl:when test="$verified">
        <table class="manual">
          <caption>Checks by a person, phase <bdi><xsl:value-of select="@id"/></bdi></caption>
          <thead>
            <tr><th scope="col" class="w8">Done</th><th scope="col">Check</th><th scope="col" class="w20">Name</th><th scope="col" class="w13">Date</th><th scope="col" class="w20">Signature</th></tr>
          </thead>
          <tbody>
            <xsl:for-each select="manual">
              <tr><td><span class="box"></span></td><td><bdi><xsl:value-of select="."/></bdi></td><td></td><td></td><td></td></tr>
            </xsl:for-each>
          </tbody>
        </table>
      </xsl:when>
      <xsl:otherwise>
        <p>Checks by a person, which wait for a run that is verified:</p>
        <ul><xsl:for-each select="manual"><li><bdi><xsl:value-of select="."/></bdi></li></xsl:for-each></ul>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="requirement-table">
    <xsl:param name="requirements"/>
    <xsl:param name="caption"/>
    <section class="wide" tabindex="0" aria-label="{$caption}, system {@name | ../@name}">
      <table>
        <caption><xsl:value-of select="$caption"/></caption>
        <thead>
          <tr><th scope="col" class="w20">Id</th><th scope="col">Requirement, and its evidence</th><th scope="col" class="w20">State</th></tr>
        </thead>
        <tbody><xsl:apply-templates select="$requirements" mode="row"/></tbody>
      </table>
    </section>
  </xsl:template>

  <xsl:template match="requirement" mode="row">
    <tr>
      <th scope="row"><bdi><xsl:value-of select="@id"/></bdi></th>
      <td><bdi><xsl:value-of select="text"/></bdi></td>
      <td class="state"><xsl:call-template name="state"/></td>
    </tr>
    <tr class="proof">
      <td></td>
      <td colspan="2">
        <xsl:if test="reason"><p><bdi><xsl:value-of select="reason"/></bdi></p></xsl:if>
        <xsl:if test="need">
          <p>
            <xsl:text>Needs: </xsl:text>
            <xsl:for-each select="need">
              <xsl:if test="position() &gt; 1">, </xsl:if>
              <code><bdi><xsl:value-of select="."/></bdi></code>
            </xsl:for-each>
          </p>
        </xsl:if>
        <xsl:if test="served-by">
          <ul class="evidence"><xsl:apply-templates select="served-by"/></ul>
        </xsl:if>
      </td>
    </tr>
  </xsl:template>

  <xsl:template name="state">
    <xsl:choose>
      <xsl:when test="@state = 'proven'"><span class="good">✓ proven</span></xsl:when>
      <xsl:when test="@state = 'failed'"><span class="bad">✗ failed</span></xsl:when>
      <xsl:when test="deferred"><span class="warn">– deferred</span></xsl:when>
      <xsl:otherwise><span class="warn">– not covered</span></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- A check, how often it says what, and the findings by name. -->
  <xsl:template match="served-by">
    <xsl:variable name="check" select="@check"/>
    <xsl:variable name="findings"
                  select="key('serving', concat(../../@name, '&#10;', ../@id, '&#10;', $check))/.."/>
    <li>
      <code><bdi><xsl:value-of select="@check"/></bdi></code>
      <xsl:text>:</xsl:text>
      <xsl:for-each select="@*[name() != 'check']">
        <xsl:if test="position() &gt; 1">,</xsl:if>
        <xsl:value-of select="concat(' ', ., ' ', name())"/>
      </xsl:for-each>
      <xsl:if test="$findings">
        <xsl:text>: </xsl:text>
        <xsl:for-each select="$findings[position() &lt;= $listed]">
          <xsl:if test="position() &gt; 1">; </xsl:if>
          <xsl:call-template name="short"/>
        </xsl:for-each>
        <xsl:if test="count($findings) &gt; $listed">
          <xsl:value-of select="concat('; and ', count($findings) - $listed, ' more, in the record')"/>
        </xsl:if>
      </xsl:if>
    </li>
  </xsl:template>

  <!-- A finding in a line: what, where, what its plan costs. -->
  <xsl:template name="short">
    <bdi><xsl:value-of select="title"/></bdi>
    <xsl:call-template name="place"><xsl:with-param name="before"> at </xsl:with-param></xsl:call-template>
    <xsl:for-each select="plan[@role = 'verdict'][1]">
      <xsl:if test="@cost"> (plan cost <xsl:value-of select="@cost"/>)</xsl:if>
    </xsl:for-each>
    <xsl:call-template name="on-server"/>
  </xsl:template>

  <xsl:template name="place">
    <xsl:param name="before"/>
    <xsl:if test="@file">
      <xsl:variable name="folder" select="concat(key('system', @system)/@folder, '/')"/>
      <xsl:value-of select="$before"/>
      <code>
        <bdi>
          <xsl:choose>
            <xsl:when test="starts-with(@file, $folder)">
              <xsl:value-of select="substring-after(@file, $folder)"/>
            </xsl:when>
            <xsl:otherwise><xsl:value-of select="@file"/></xsl:otherwise>
          </xsl:choose>
        </bdi>
        <xsl:if test="@line"><xsl:value-of select="concat(':', @line)"/></xsl:if>
      </code>
    </xsl:if>
  </xsl:template>

  <xsl:template name="on-server">
    <xsl:if test="@server"> [<bdi><xsl:value-of select="@server"/></bdi>]</xsl:if>
  </xsl:template>

  <!-- ==== 3: evidence ==== -->

  <xsl:template name="evidence">
    <xsl:variable name="names" select="set:distinct(finding/@system)"/>
    <xsl:for-each select="$names">
      <xsl:variable name="system" select="string(.)"/>
      <xsl:for-each select="$record">
        <xsl:call-template name="checks">
          <xsl:with-param name="system" select="$system"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:for-each>
    <xsl:if test="$failed">
      <h3>What failed, in full</h3>
      <xsl:apply-templates select="$failed" mode="full"/>
    </xsl:if>
    <xsl:variable name="warnings" select="finding[@status = 'warning' and not($warnings-fail)]"/>
    <xsl:if test="$warnings">
      <h3>Warnings, in full</h3>
      <xsl:apply-templates select="$warnings" mode="full"/>
    </xsl:if>
    <xsl:call-template name="plans"/>
  </xsl:template>

  <xsl:template name="checks">
    <xsl:param name="system"/>
    <xsl:variable name="caption">
      <xsl:choose>
        <xsl:when test="$system = ''">Checks of the run itself</xsl:when>
        <xsl:otherwise>Checks of system <xsl:value-of select="$system"/></xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <section class="wide" tabindex="0" aria-label="{$caption}">
      <table class="checks">
        <caption><bdi><xsl:value-of select="$caption"/></bdi></caption>
        <thead>
          <tr>
            <th scope="col" class="w24">Check</th><th scope="col" class="number">Passed</th><th scope="col" class="number">Failed</th>
            <th scope="col" class="number">Not judged</th><th scope="col" class="number">Accepted</th>
            <th scope="col" class="number">Warnings</th><th scope="col" class="number">Skipped</th><th scope="col" class="number">Notes</th>
          </tr>
        </thead>
        <tbody>
          <xsl:for-each select="set:distinct(finding[@system = $system]/@check)">
            <xsl:variable name="findings" select="key('by-check', concat($system, '&#10;', .))"/>
            <tr>
              <th scope="row"><code><bdi><xsl:value-of select="."/></bdi></code></th>
              <xsl:call-template name="count"><xsl:with-param name="findings" select="$findings[@status = 'passed']"/></xsl:call-template>
              <xsl:call-template name="count"><xsl:with-param name="findings" select="$findings[@status = 'failed']"/></xsl:call-template>
              <xsl:call-template name="count"><xsl:with-param name="findings" select="$findings[@status = 'error']"/></xsl:call-template>
              <xsl:call-template name="count"><xsl:with-param name="findings" select="$findings[@status = 'accepted']"/></xsl:call-template>
              <xsl:call-template name="count"><xsl:with-param name="findings" select="$findings[@status = 'warning']"/></xsl:call-template>
              <xsl:call-template name="count"><xsl:with-param name="findings" select="$findings[@status = 'skipped']"/></xsl:call-template>
              <xsl:call-template name="count"><xsl:with-param name="findings" select="$findings[@status = 'info']"/></xsl:call-template>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </section>
  </xsl:template>

  <xsl:template name="count">
    <xsl:param name="findings"/>
    <td class="number">
      <xsl:choose>
        <xsl:when test="$findings"><xsl:value-of select="count($findings)"/></xsl:when>
        <xsl:otherwise>–</xsl:otherwise>
      </xsl:choose>
    </td>
  </xsl:template>

  <xsl:template match="finding" mode="full">
    <div class="failure">
      <h4>
        <xsl:choose>
          <xsl:when test="@status = 'failed'">FAILED: </xsl:when>
          <xsl:when test="@status = 'error'">NOT JUDGED: </xsl:when>
          <xsl:when test="@status = 'accepted'">ACCEPTED: </xsl:when>
          <xsl:otherwise>WARNING: </xsl:otherwise>
        </xsl:choose>
        <bdi><xsl:value-of select="title"/></bdi>
      </h4>
      <p>
        <xsl:if test="@system != ''"><bdi><xsl:value-of select="@system"/></bdi>, </xsl:if>
        <code><bdi><xsl:value-of select="@check"/></bdi></code>
        <xsl:if test="@revision">, revision <bdi><xsl:value-of select="@revision"/></bdi></xsl:if>
        <xsl:if test="@object">, <bdi><xsl:value-of select="@object"/></bdi></xsl:if>
        <xsl:call-template name="place"><xsl:with-param name="before">, </xsl:with-param></xsl:call-template>
        <xsl:call-template name="on-server"/>
        <xsl:if test="@lowered = 'true' or @lowered = '1'"> (a failure whose severity the project's file has lowered)</xsl:if>
      </p>
      <xsl:if test="message"><p><bdi><xsl:value-of select="message"/></bdi></p></xsl:if>
      <xsl:if test="accepted"><p>Accepted: <bdi><xsl:value-of select="accepted"/></bdi></p></xsl:if>
      <xsl:for-each select="expected | actual | detail | sql | hint | reproduce">
        <p class="label"><xsl:call-template name="part-name"/>:</p>
        <pre><bdi><xsl:value-of select="."/></bdi></pre>
      </xsl:for-each>
      <xsl:if test="requirement">
        <p>
          <xsl:text>Requirements: </xsl:text>
          <xsl:for-each select="requirement">
            <xsl:if test="position() &gt; 1">, </xsl:if>
            <bdi><xsl:value-of select="."/></bdi>
          </xsl:for-each>
        </p>
      </xsl:if>
    </div>
  </xsl:template>

  <xsl:template name="part-name">
    <xsl:choose>
      <xsl:when test="self::expected">Expected</xsl:when>
      <xsl:when test="self::actual">Actual</xsl:when>
      <xsl:when test="self::detail">Detail</xsl:when>
      <xsl:when test="self::sql">Statement</xsl:when>
      <xsl:when test="self::hint">What to do</xsl:when>
      <xsl:otherwise>To see it again</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="plans">
    <xsl:variable name="planned" select="finding[plan]"/>
    <xsl:if test="$planned">
      <section class="wide" tabindex="0" aria-label="Plans">
        <table>
          <caption>Plans of queries; the record has each in full, and the others that it was compared with</caption>
          <thead>
            <tr><th scope="col" class="w36">Query</th><th scope="col">Plan</th><th scope="col" class="w13 number">Cost</th><th scope="col" class="w13 number">Without the index</th></tr>
          </thead>
          <tbody>
            <xsl:for-each select="$planned">
              <xsl:variable name="plan" select="(plan[@role = 'verdict'] | plan[not(../plan[@role = 'verdict'])])[1]"/>
              <xsl:variable name="control" select="plan[@role = 'control'][1]"/>
              <tr>
                <td><bdi><xsl:value-of select="title"/></bdi><xsl:call-template name="on-server"/></td>
                <td><bdi><xsl:value-of select="$plan/title"/></bdi></td>
                <td class="number"><xsl:value-of select="$plan/@cost"/><xsl:if test="not($plan/@cost)">–</xsl:if></td>
                <td class="number"><xsl:value-of select="$control/@cost"/><xsl:if test="not($control/@cost)">–</xsl:if></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </section>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
